using RefreshTokenRotation.Rotation;
using RefreshTokenRotation.Simulation.Engines;
using RefreshTokenRotation.Simulation.Rules;
using RefreshTokenRotation.Simulation.Worlds;

namespace RefreshTokenRotation.Simulation.Defects;

/// <summary>Public defects of refresh token rotation. Some have been fixed since; a few were deliberate.</summary>
internal static class DefectCatalogue
{
    private static readonly World Client = new("one client") { Policies = [Policies.Strict], ClientCalls = 2 };
    private static readonly World Race = Client with { Name = "client and thief", ThiefCalls = 2 };
    private static readonly World Hour = Race with { Name = "client and thief, an hour", Ticks = [3600], TickCount = 1 };
    private static readonly World Logout = Client with { Name = "client who logs out", Revocations = 1 };
    private static readonly World Stranger = Race with { Name = "another client", ThiefClient = "stranger" };
    private static readonly World Tabs = new("two tabs") { Policies = [Policies.Leeway], Clients = 2, ClientCalls = 2, Ticks = [6, 10], TickCount = 1 };

    public static IReadOnlyList<Defect> All { get; } = [.. Keycloak(), .. BetterAuth(), .. DotNet(), .. Others(), .. Leeways(), .. Lifetimes()];

    private static IEnumerable<Defect> Keycloak() =>
    [
        Noted(
            "Keycloak CVE-2026-1035",
            "The use count of a token was checked in one step and raised in another, so parallel requests all saw a token that was unused.",
            Spec.AcceptedOnce, Race, new SessionNote.Habits { Writes = SessionNote.Guard.Nothing }),
        Noted(
            "Keycloak CVE-2026-9802",
            "The search for stale tokens was skipped if the last refresh was older than the start of the cluster: a restart revived replaced tokens.",
            Spec.AncestorIsReuse, Race with { Name = "client and thief, a restart", Ticks = [6], TickCount = 1 }, new SessionNote.Habits { RestartedAt = 5 }),
        Noted(
            "Keycloak #50999",
            "Tokens were distinguished by their time of issue in whole seconds, so one that was replaced twice within a second was accepted.",
            Spec.AncestorIsReuse, Race, new SessionNote.Habits { KnowsLatest = false }),
        Noted(
            "Keycloak #49213",
            "The use count was raised in memory before the commit, and a rollback did not lower it. After a brief database failure, the client's retry ended its session.",
            Spec.OnlyReuseRevokes, Client with { Name = "one client, a fault", Faults = 1 }, new SessionNote.Habits { CountsBeforeCommit = true }),
        Noted(
            "Keycloak #51312",
            "Refreshes took a lock that the revocation did not take, so a refresh under way still returned a token after the revocation.",
            Spec.EndIsFinal, Logout, new SessionNote.Habits { Writes = SessionNote.Guard.Note }),
    ];

    private static IEnumerable<Defect> BetterAuth() =>
    [
        Tabled(
            "Better Auth CVE-2026-53517 (GHSA-392p-2q2v-4372)",
            "The presented row was marked as used by its id alone, even if it was used already. Parallel requests each inserted a successor, and both chains lived on unnoticed.",
            Spec.ThiefIsUnmasked, Race, new RowPerToken.Habits { ClaimsOnlyLive = false }),
        new(
            "Better Auth CVE-2026-53512",
            "On a refresh, the token endpoint of two plugins trusted the client id in the request and asked for no secret.",
            Spec.StrangerChangesNothing, Stranger, static (_, _, real) => new NameIsProof(real), static (_, _, real) => real),
        Looped(
            "Better Auth #8512",
            "One replay deleted every refresh token of that user and client: the other devices were logged out too.",
            Spec.ReuseStaysInside, Race with { Name = "two devices and a thief", Clients = 2, ClientCalls = 1, ThiefCalls = 1, SeparateLogIns = true },
            new Protocol { ToResponse = static policy => policy with { ReuseResponse = ReuseResponse.UserAndClient } }),
    ];

    private static IEnumerable<Defect> DotNet() =>
    [
        new(
            "OpenIddict",
            "Read, check and write were three steps, and a failed write was ignored: two parallel requests both succeeded.",
            Spec.AnswerIsStored, Race, static (stage, _, _) => new RealEngine(stage, static inner => new SwallowedConflicts(inner)), static (_, _, real) => real),
        Tabled(
            "IdentityServer4 #5320, #4834",
            "Two parallel requests each read the token, then removed it. If the second one removed nothing, that was only logged, and both succeeded.",
            Spec.AcceptedOnce, Race, new RowPerToken.Habits { Removes = true, HeedsCount = false }),
        Tabled(
            "Duende Support #667",
            "The used token was removed before the new ones were produced. An exception in between left the client with neither.",
            Spec.HonestIsServed, Client with { Name = "one client, a signer that fails", SlowSigner = true, Faults = 1 },
            new RowPerToken.Habits { Removes = true, ClaimsBeforeSigning = true }),
    ];

    private static IEnumerable<Defect> Others() =>
    [
        Tabled(
            "Apache CXF CVE-2026-50631",
            "With `recycleRefreshTokens` off, the check of a token and its use were not one step, so each of several parallel requests got tokens.",
            Spec.AcceptedOnce, Race, new RowPerToken.Habits { Removes = true, ClaimsOnlyLive = false }),
        Looped(
            "ZITADEL CVE-2026-55672",
            "The client of a refresh was authenticated, but not compared with the client that the token was issued to.",
            Spec.StrangerChangesNothing, Stranger, new Protocol { Decide = AsIfItsOwnClient }),
        Looped(
            "Fosite (Ory Hydra)",
            "A used token was handled as reuse, and the session ended, before the client was compared: any client that found an old token could end it.",
            Spec.StrangerChangesNothing, Stranger, new Protocol { Decide = ReuseBeforeClient }),
        new(
            "Supabase Auth #1312",
            "A replay was detected, and the revocation was rolled back together with the request that failed because of it.",
            Spec.ReuseIsCommitted, Race, static (stage, _, _) => new TransactionPerRequest(stage, commitsRejections: false),
            static (stage, _, _) => new TransactionPerRequest(stage, commitsRejections: true)),
        Tabled(
            "Ory Hydra, pruned history",
            "Used tokens were deleted after half an hour. A replay after that was an unknown token and revoked nothing.",
            Spec.ThiefIsUnmasked, Hour, new RowPerToken.Habits { ForgetsUsedAfter = TimeSpan.FromMinutes(30) }),
        Tabled(
            "light-oauth2 #215",
            "The used token was left in the store when a new one was issued; all of them kept working.",
            Spec.AcceptedOnce, Race, new RowPerToken.Habits { MarksUsed = false }),
    ];

    private static IEnumerable<Defect> Leeways() =>
    [
        Looped(
            "Supabase Auth #1901",
            "On purpose, the reuse interval counted from the last use: a replaced token that came back every few seconds worked forever.",
            Spec.WindowStays, Tabs, new Protocol { ToReissued = static (family, now) => family with { RotatedAt = now, LeewayUntil = now.AddSeconds(10) } }),
        Tabled(
            "Django OAuth Toolkit #1617",
            "The grace period covered every token that was used within it, several generations back, and gave it new ones.",
            Spec.AncestorIsReuse, Tabs, new RowPerToken.Habits { GraceForAnyUsed = true }),
        Tabled(
            "Django OAuth Toolkit #1818",
            "One column meant both replaced and revoked, so the grace period accepted tokens after a log-out.",
            Spec.EndIsFinal, Logout with { Policies = [Policies.Leeway] }, new RowPerToken.Habits { GraceForRevoked = true }),
        Looped(
            "Cloudflare workers-oauth-provider #43",
            "On purpose, the previous token stayed valid without a time limit until the new one was used, and each use of it issued another.",
            Spec.AcceptedOnce, Hour with { Policies = [Policies.Leeway] }, new Protocol { Decide = PreviousForever }),
    ];

    private static IEnumerable<Defect> Lifetimes() =>
    [
        Looped(
            "Spring Authorization Server #2318",
            "Each rotation granted the full lifetime again, so a session in use never ended.",
            Spec.ExpiryStays, Hour, new Protocol
            {
                ToSuccessor = static (family, step, policy, successor, device, shorten, now) =>
                    Transition.ToSuccessor(family with { AbsoluteExpiresAt = null }, step, policy, successor, device, shorten, now),
            }),
        Looped(
            "Django OAuth Toolkit #746",
            "The lifetime of refresh tokens was used by the clean-up job, but not checked when a token was presented.",
            Spec.EndIsFinal, Client with { Name = "one client, at the end", Ticks = [7200], TickCount = 1 }, new Protocol { Decide = WithoutLifetimes }),
    ];

    private static Defect Noted(string name, string what, Rule rule, World world, SessionNote.Habits habits) => new(
        name, what, rule, world, (stage, _, real) => new SessionNote(stage, real, habits), static (stage, _, real) => new SessionNote(stage, real, new()));

    private static Defect Tabled(string name, string what, Rule rule, World world, RowPerToken.Habits habits) => new(
        name, what, rule, world, (stage, _, real) => new RowPerToken(stage, real, habits),
        (stage, _, real) => new RowPerToken(stage, real, new() { Removes = habits.Removes }));

    private static Defect Looped(string name, string what, Rule rule, World world, Protocol protocol) => new(
        name, what, rule, world, (stage, _, real) => new LoopModel(stage, real, protocol), static (stage, _, real) => new LoopModel(stage, real, new()));

    private static Decision AsIfItsOwnClient(Storage.TokenFamily? family, PresentedToken token, ExchangeRequest request, RotationPolicy policy, DateTimeOffset now) =>
        ExchangeDecision.Decide(family is null ? null : family with { Grant = family.Grant with { ClientId = request.ClientId } }, token, request, policy, now);

    private static Decision ReuseBeforeClient(Storage.TokenFamily? family, PresentedToken token, ExchangeRequest request, RotationPolicy policy, DateTimeOffset now) =>
        family is { RevokedAt: null, RotationType: RotationType.Rotating } && token.StandingIn(family) == TokenStanding.Superseded
            ? new Decision(ExchangeAction.DetectReuse)
            : ExchangeDecision.Decide(family, token, request, policy, now);

    private static Decision PreviousForever(Storage.TokenFamily? family, PresentedToken token, ExchangeRequest request, RotationPolicy policy, DateTimeOffset now) =>
        ExchangeDecision.Decide(
            family is null ? null : family with { RecoverUntil = DateTimeOffset.MaxValue },
            token, request, policy with { RecoveryWindow = TimeSpan.MaxValue, ShadowMode = false }, now);

    private static Decision WithoutLifetimes(Storage.TokenFamily? family, PresentedToken token, ExchangeRequest request, RotationPolicy policy, DateTimeOffset now) =>
        ExchangeDecision.Decide(family is null ? null : family with { AbsoluteExpiresAt = null, IdleExpiresAt = null }, token, request, policy, now);
}
