using RefreshTokenRotation.Storage;

namespace RefreshTokenRotation.Sqlite.Internal;

/// <summary>Binds a family's values, in the order in which <see cref="Statements"/> name them.</summary>
internal static class FamilyValues
{
    /// <summary>The day of pruning, and every column that a swap writes.</summary>
    public static Statement BindChanges(this Statement statement, TokenFamily family) => statement
        .Bind(PruneDay.Of(family))
        .Bind(family.Version)
        .Bind((long)family.RotationType)
        .Bind(family.Generation)
        .Bind(family.SecretHash)
        .Bind(family.Salt?.ToArray())
        .Bind(Ticks(family.RotatedAt))
        .Bind(Ticks(family.LeewayUntil))
        .Bind(Ticks(family.RecoverUntil))
        .Bind(Ticks(family.AbsoluteExpiresAt))
        .Bind(Ticks(family.IdleExpiresAt))
        .Bind(Ticks(family.LastUsedAt))
        .Bind(Ticks(family.RevokedAt))
        .Bind(family.RevocationReason is { } reason ? (long)reason : 0)
        .BindDevice(family.LastDevice)
        .Bind(family.Metadata.Count == 0 ? null : TextList.Write([.. family.Metadata.SelectMany(static entry => new[] { entry.Key, entry.Value })]));

    public static Statement BindGrant(this Statement statement, FamilyGrant grant) => statement
        .Bind(grant.LookupKey)
        .Bind(grant.FamilyId)
        .Bind(grant.CreatedAt.UtcTicks)
        .Bind(Ticks(grant.AuthenticationTime))
        .Bind(grant.TenantId)
        .Bind(grant.Subject)
        .Bind(grant.ClientId)
        .Bind(grant.SessionId)
        .Bind(grant.AuthorizationId)
        .Bind(grant.SenderKeyThumbprint)
        .Bind(grant.Acr)
        .Bind(TextList.Write(grant.Scopes))
        .Bind(TextList.Write(grant.Resources))
        .Bind(TextList.Write(grant.Amr))
        .BindDevice(grant.FirstDevice);

    /// <summary>Zero for none.</summary>
    private static long Ticks(DateTimeOffset? time) => time?.UtcTicks ?? 0;

    /// <summary>A device of which nothing is known is told from none by an empty address.</summary>
    private static Statement BindDevice(this Statement statement, DeviceInfo? device) => statement
        .Bind(device is { IpAddress: null, UserAgent: null, Name: null } ? string.Empty : device?.IpAddress)
        .Bind(device?.UserAgent)
        .Bind(device?.Name);
}
