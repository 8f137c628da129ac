namespace RefreshTokenRotation.Rotation;

/// <summary>Makes public ids of families.</summary>
internal static class FamilyIds
{
    /// <summary>A version 4 UUID (RFC 9562 section 5.4) of 16 random bytes, which it changes.</summary>
    public static Guid From(Span<byte> random)
    {
        random[6] = (byte)((random[6] & 0x0F) | 0x40);
        random[8] = (byte)((random[8] & 0x3F) | 0x80);
        return new Guid(random, bigEndian: true);
    }
}
