using System.Security.Cryptography;

namespace RefreshTokenRotation.Internal;

/// <summary>Where secrets come from: the operating system's generator. The seam for simulation.</summary>
internal class RandomSource
{
    public virtual void Fill(Span<byte> bytes) => RandomNumberGenerator.Fill(bytes);
}
