using RefreshTokenRotation.Internal;

namespace RefreshTokenRotation.Tests.Support;

/// <summary>Counts how often the engine draws.</summary>
internal sealed class CountingRandom : RandomSource
{
    public int Draws { get; set; }

    public override void Fill(Span<byte> bytes)
    {
        Draws++;
        base.Fill(bytes);
    }
}
