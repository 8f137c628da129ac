using RefreshTokenRotation.TestSupport.Model;

namespace RefreshTokenRotation.Testing.Tests.Model;

/// <summary>What a family shows, by the model and by the engine.</summary>
internal static class FamilyComparison
{
    public static void Agree(IReadOnlyList<ModelFamily> expected, IReadOnlyList<TokenFamilyInfo> actual, DateTimeOffset now)
    {
        Comparison.Agree(
            "listed families",
            string.Join(", ", expected.Select(family => family.FamilyId)),
            string.Join(", ", actual.Select(family => family.FamilyId)));
        for (var i = 0; i < expected.Count; i++)
        {
            Agree(expected[i], actual[i], now);
        }
    }

    public static void Agree(ModelFamily expected, TokenFamilyInfo actual, DateTimeOffset now) =>
        Comparison.Agree("family", Describe(expected, now), Describe(actual, now));

    private static string Describe(ModelFamily family, DateTimeOffset now) => Describe(
        family.FamilyId,
        family.Grant.TenantId,
        family.Grant.Subject,
        family.Grant.ClientId,
        family.RotationType,
        family.Generation,
        Ticks(family.CreatedAt),
        Ticks(family.Generation == 0 ? null : family.Current.IssuedAt),
        Ticks(family.AbsoluteExpiresAt),
        Ticks(family.IdleExpiresAt),
        Ticks(family.RevokedAt),
        family.RevocationReason,
        family.GetState(now),
        string.Join(' ', family.Grant.Scopes),
        string.Join(' ', family.Grant.Resources),
        string.Join(' ', family.Metadata.Select(entry => $"{entry.Key}={entry.Value}")));

    private static string Describe(TokenFamilyInfo family, DateTimeOffset now) => Describe(
        family.FamilyId,
        family.TenantId,
        family.Subject,
        family.ClientId,
        family.RotationType,
        family.Generation,
        Ticks(family.CreatedAt),
        Ticks(family.RotatedAt),
        Ticks(family.AbsoluteExpiresAt),
        Ticks(family.IdleExpiresAt),
        Ticks(family.RevokedAt),
        family.RevocationReason,
        family.GetState(now),
        string.Join(' ', family.Scopes),
        string.Join(' ', family.Resources),
        string.Join(' ', family.Metadata.Select(entry => $"{entry.Key}={entry.Value}")));

    private static string Describe(
        Guid id, string tenant, string subject, string client, RotationType kind, long generation, string created, string rotated, string absolute,
        string idle, string revoked, RevocationReason? reason, FamilyState state, string scopes, string resources, string metadata) =>
        $"{id} tenant '{tenant}' {subject} at {client} {kind} generation {generation} created {created} rotated {rotated} "
        + $"until {absolute} idle {idle} revoked {revoked} for {reason} now {state} [{scopes}] [{resources}] [{metadata}]";

    private static string Ticks(DateTimeOffset? instant) => instant is { } at ? at.ToString("dd HH:mm:ss.fffffff", null) : "never";
}
