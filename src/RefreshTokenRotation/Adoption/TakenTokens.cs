using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using RefreshTokenRotation.Rotation;

namespace RefreshTokenRotation.Adoption;

/// <summary>Remembers which legacy tokens were adopted, where the old server goes on accepting them: one row each, beside the family, under a tenant and a subject of its
/// own. So neither the cap, nor a conversion, nor a deletion, nor the pruning of the family lets the token be adopted again. The row expires when the token does.</summary>
internal sealed class TakenTokens(InstrumentedTokenStore store)
{
    private const string Tenant = "rtr:taken";
    private const int FamilyIdLength = 16;

    /// <summary>Whether the token was adopted before. Asked when its family is not there.</summary>
    public async ValueTask<bool> ContainsAsync(LegacyPresentation presentation, CancellationToken cancellationToken) =>
        IsKept(presentation) && await store.FindAsync(KeyOf(presentation).Lookup, cancellationToken).ConfigureAwait(false) is not null;

    /// <summary>Remembers the token as this family's.</summary>
    /// <returns>False if another family took it first, and is gone.</returns>
    public async ValueTask<bool> IsFirstAsync(LegacyPresentation presentation, TokenFamily family, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (!IsKept(presentation))
        {
            return true;
        }

        var key = KeyOf(presentation);
        if (await store.FindAsync(key.Lookup, cancellationToken).ConfigureAwait(false) is not { } record)
        {
            // Adding it again changes nothing, so of parallel calls one counts: the row says which.
            cancellationToken.ThrowIfCancellationRequested();
            await store.AddAsync(Record(presentation, key, family, now), activeCap: 1, now, CancellationToken.None).ConfigureAwait(false);
            record = await store.FindAsync(key.Lookup, CancellationToken.None).ConfigureAwait(false);
        }

        return record?.Grant.CreatedAt == family.Grant.CreatedAt;
    }

    private static bool IsKept(LegacyPresentation presentation) => presentation.Legacy.ValidUntil is not null || presentation.Source?.Retention > TimeSpan.Zero;

    private static TokenFamily Record(LegacyPresentation presentation, (Opaque256 Lookup, Guid Id) key, TokenFamily family, DateTimeOffset now) => new()
    {
        Grant = new FamilyGrant
        {
            LookupKey = key.Lookup,
            FamilyId = key.Id,
            TenantId = Tenant,
            Subject = key.Id.ToString("N", CultureInfo.InvariantCulture),
            ClientId = Tenant,
            CreatedAt = family.Grant.CreatedAt,
        },
        Version = 1,
        RotationType = RotationType.Rotating,
        Generation = 0,
        SecretHash = family.Grant.LookupKey, // of no secret
        AbsoluteExpiresAt = presentation.Legacy.ValidUntil ?? Later(now, presentation.Source!.Retention),
    };

    /// <summary>Null: never.</summary>
    private static DateTimeOffset? Later(DateTimeOffset now, TimeSpan span) => span < DateTimeOffset.MaxValue - now ? now + span : null;

    /// <summary>Frozen: another derivation would forget every token.</summary>
    private static (Opaque256 Lookup, Guid Id) KeyOf(LegacyPresentation presentation)
    {
        Span<byte> derived = stackalloc byte[TokenFormat.SelectorLength + FamilyIdLength];
        var text = Encoding.UTF8.GetBytes(presentation.Legacy.CanonicalText);
        HKDF.DeriveKey(HashAlgorithmName.SHA256, text, derived, salt: [], info: "RefreshTokenRotation taken token 1"u8);
        CryptographicOperations.ZeroMemory(text);
        return (Secrets.Hash(derived[..TokenFormat.SelectorLength]), FamilyIds.From(derived[TokenFormat.SelectorLength..]));
    }
}
