using System.Globalization;
using RefreshTokenRotation.Storage;

namespace RefreshTokenRotation.Redis.Internal;

/// <summary>What the scripts read of a family besides its bytes. Times are text: Lua takes numbers for doubles, and ticks exceed 2^53.</summary>
internal static class ScriptValues
{
    private static readonly string None = new(' ', KeyNames.DigestLength);

    /// <summary>A or R (revoked); when the family ends, the earliest of its revocation and its bounds; when its current token was issued. Both as 19 digits.</summary>
    public static string State(TokenFamily family)
    {
        var end = Math.Min(Ticks(family.RevokedAt), Math.Min(Ticks(family.AbsoluteExpiresAt), Ticks(family.IdleExpiresAt)));
        var kind = family.RevokedAt is null ? 'A' : 'R';
        return string.Create(CultureInfo.InvariantCulture, $"{kind}{end:D19}{family.CurrentTokenIssuedAt.UtcTicks:D19}");
    }

    /// <summary>What a deletion needs: the member of the indexes, the lookup key, and the names of the indexes, each at its place.</summary>
    public static string Names(FamilyGrant grant) => string.Concat(
        [
            KeyNames.Member(new TokenFamilyCursor(grant.CreatedAt, grant.FamilyId)),
            KeyNames.Text(grant.LookupKey),
            KeyNames.Digest(grant.TenantId),
            KeyNames.Digest(grant.TenantId, grant.Subject),
            KeyNames.Digest(grant.TenantId, grant.ClientId),
            KeyNames.Digest(grant.TenantId, grant.Subject, grant.ClientId),
            grant.SessionId is { } session ? KeyNames.Digest(grant.TenantId, session) : None,
            grant.AuthorizationId is { } authorization ? KeyNames.Digest(grant.TenantId, authorization) : None,
        ]);

    private static long Ticks(DateTimeOffset? time) => time?.UtcTicks ?? long.MaxValue;
}
