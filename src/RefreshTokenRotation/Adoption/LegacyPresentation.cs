using System.Security.Cryptography;
using System.Text;
using RefreshTokenRotation.Rotation;

namespace RefreshTokenRotation.Adoption;

/// <summary>A legacy token as one call presented it: generation 0 of the family that is derived from it.</summary>
/// <remarks>The derivation is frozen: another one would adopt every token a second time.</remarks>
internal sealed class LegacyPresentation : IDisposable
{
    private const int FamilyIdLength = 16;

    public LegacyPresentation(ILegacyTokenSource? source, LegacyToken legacy)
    {
        Source = source;
        Legacy = legacy;
        Span<byte> derived = stackalloc byte[TokenFormat.SecretLength + TokenFormat.SelectorLength + FamilyIdLength];
        var text = Encoding.UTF8.GetBytes(legacy.CanonicalText);
        HKDF.DeriveKey(HashAlgorithmName.SHA256, text, derived, salt: [], info: "RefreshTokenRotation legacy token 1"u8);
        var secret = derived[..TokenFormat.SecretLength];
        SecretHash = Secrets.Hash(secret);
        Token = new PresentedToken(generation: 0, secret, derived.Slice(TokenFormat.SecretLength, TokenFormat.SelectorLength));
        FamilyId = FamilyIds.From(derived[^FamilyIdLength..]);
        CryptographicOperations.ZeroMemory(text);
        CryptographicOperations.ZeroMemory(derived);
    }

    /// <summary>The source that read the token; null if none knows it, so that it can only be the replay of one that was adopted.</summary>
    public ILegacyTokenSource? Source { get; }

    public LegacyToken Legacy { get; }

    /// <summary>This library's token that replaces the legacy token.</summary>
    public PresentedToken Token { get; }

    public Opaque256 SecretHash { get; }

    public Guid FamilyId { get; }

    /// <summary>The family as it would be added; null until it was needed.</summary>
    public TokenFamily? Draft { get; set; }

    /// <summary>This call added the draft. Whether another call had come before shows at the next find.</summary>
    public bool IsAdded { get; set; }

    /// <summary>Adoption is what ended the token at the old server, and nothing else.</summary>
    public bool IsTaken { get; set; }

    public void Dispose() => Token.Dispose();
}
