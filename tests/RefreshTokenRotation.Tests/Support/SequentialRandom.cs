using RefreshTokenRotation.Internal;

namespace RefreshTokenRotation.Tests.Support;

/// <summary>Randomness that can be foretold: 0, 1, 2 and so on.</summary>
internal sealed class SequentialRandom : RandomSource
{
    private byte _next;

    public override void Fill(Span<byte> bytes)
    {
        for (var i = 0; i < bytes.Length; i++)
        {
            bytes[i] = _next++;
        }
    }
}
