namespace RefreshTokenRotation.EntityFrameworkCore.Internal.Model;

/// <summary>A proof or client assertion that was used, until it has expired.</summary>
internal sealed class ReplayRow
{
    /// <summary>A hash: it names neither client nor user.</summary>
    public byte[] Key { get; set; } = [];

    /// <summary>UTC ticks.</summary>
    public long ExpiresAt { get; set; }
}
