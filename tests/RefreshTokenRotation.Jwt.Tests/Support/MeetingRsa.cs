using System.Security.Cryptography;
using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.Jwt.Tests.Support;

/// <summary>A key in which every signature waits for others: it fails if something lets in only one thread at a time.</summary>
internal sealed class MeetingRsa : RSA
{
    private readonly RSA _key = Create(2048);

    public MeetingRsa() => KeySizeValue = _key.KeySize;

    public Barrier? Meeting { get; set; }

    public override byte[] SignHash(byte[] hash, HashAlgorithmName hashAlgorithm, RSASignaturePadding padding) =>
        Meeting?.SignalAndWait(Eventually.Patience) == false
            ? throw new TimeoutException("No other thread signed at the same time.")
            : _key.SignHash(hash, hashAlgorithm, padding);

    public override RSAParameters ExportParameters(bool includePrivateParameters) => _key.ExportParameters(includePrivateParameters);

    public override void ImportParameters(RSAParameters parameters) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        _key.Dispose();
        base.Dispose(disposing);
    }
}
