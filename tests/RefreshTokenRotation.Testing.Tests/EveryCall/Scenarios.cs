using RefreshTokenRotation.Storage;
using RefreshTokenRotation.Testing.Tests.Faults;
using static RefreshTokenRotation.Testing.StoreCall;

namespace RefreshTokenRotation.Testing.Tests.EveryCall;

/// <summary>Every operation that calls the store.</summary>
internal static class Scenarios
{
    private static readonly RotationPolicy Reusable = RotationPolicy.Fapi with { Leeway = TimeSpan.FromSeconds(10) };

    public static IReadOnlyList<Scenario> All { get; } =
    [
        .. Exchanges(),
        new("Issue", RotationPolicy.Spa, [Add], "issued", IssueAsync)
        {
            IsDone = async world => await CountAsync(world) == 2, SettlesWrites = true,
        },
        new("Revoke_by_token", RotationPolicy.Spa, [Find, Revoke], "Revoked", async world =>
            (await world.Subject.Tokens.RevokeAsync(new RevokeRequest { RefreshToken = world.Newest, ClientId = FaultWorld.Client })).ToString())
        {
            IsDone = IsRevokedAsync, AnswerWhenStale = "NothingToRevoke",
        },
        new("Introspect", RotationPolicy.Spa, [Find], "Active", async world =>
            (await world.Subject.Tokens.IntrospectAsync(new IntrospectRequest { RefreshToken = world.Newest })).GetType().Name)
        {
            AnswerWhenStale = "Inactive",
        },
        new("Find_family", RotationPolicy.Spa, [List], "found", async world =>
            await world.Subject.Families.FindAsync(world.FamilyId) is null ? "not found" : "found"),
        new("List_families", RotationPolicy.Spa, [List], "1", async world =>
            $"{(await world.Subject.Families.ListAsync(TokenFamilyFilter.ForTenant(string.Empty))).Families.Count}"),
        new("Revoke_by_filter", RotationPolicy.Spa, [Revoke], "1", async world =>
            $"{await world.Subject.Families.RevokeAsync(TokenFamilyFilter.ForFamily(world.FamilyId))}")
        {
            IsDone = IsRevokedAsync,
        },
        new("Delete_by_filter", RotationPolicy.Spa, [Revoke], "1", async world =>
            $"{await world.Subject.Families.DeleteAsync(TokenFamilyFilter.ForFamily(world.FamilyId))}")
        {
            IsDone = IsGoneAsync,
        },
        new("Confirm_use", RotationPolicy.Mobile, [List, CompareAndSwap], "True", async world =>
            $"{await world.Subject.Families.ConfirmUseAsync(world.FamilyId, 1)}")
        {
            Arrange = RotateAsync, IsDone = async world => (await world.RowAsync())!.RecoverUntil is null,
        },
        new("Set_metadata", RotationPolicy.Spa, [List, CompareAndSwap], "note", async world =>
            (await world.Subject.Families.SetMetadataAsync(world.FamilyId, new Dictionary<string, string> { ["note"] = "x" }))!.Metadata.Keys.Single())
        {
            IsDone = async world => (await world.RowAsync())!.Metadata.Count == 1,
        },
        new("Prune", RotationPolicy.Spa, [Prune], "1", async world => $"{await world.Subject.Families.PruneAsync(world.Subject.Now)}")
        {
            Arrange = async world =>
            {
                await world.Subject.Families.RevokeAsync(TokenFamilyFilter.ForFamily(world.FamilyId));
                world.Subject.Time.Advance(TimeSpan.FromSeconds(1));
            },
            IsDone = IsGoneAsync,
        },
    ];

    private static Scenario[] Exchanges() =>
    [
        Exchange("Rotate_with_leeway", RotationPolicy.Spa, "rotated", Newest) with { IsDone = IsAtAsync(1), AnswerWhenStale = "unknown" },
        Exchange("Rotate_without_leeway", RotationPolicy.Strict, "rotated", Newest) with { IsDone = IsAtAsync(1), AnswerWhenStale = "unknown" },
        Exchange("Use", RotationPolicy.Fapi, "used", Newest) with
        {
            IsDone = async world => (await world.RowAsync())!.LastUsedAt is not null, AnswerWhenStale = "unknown", GivesWay = true,
        },
        Exchange("Use_of_a_non_expiring_token", RotationPolicy.Fapi with { ExpirationType = ExpirationType.NonExpiring }, "used", Newest) with
        {
            Calls = [Find], AnswerWhenStale = "unknown",
        },
        Exchange("Convert_to_rotating", Reusable, "converted_to_rotating", Newest) with
        {
            Calls = [Find, CompareAndSwap, Revoke],
            Arrange = async world =>
            {
                await IssueAsync(world);
                world.Subject.DefaultPolicy = RotationPolicy.Spa;
            },
            IsDone = IsAtAsync(1),
            IsAllDone = async world => await CountAsync(world) == 1,
            AnswerWhenStale = "unknown",
        },
        Exchange("Convert_to_non_rotating", RotationPolicy.Spa, "converted_to_non_rotating", Newest) with
        {
            Arrange = world =>
            {
                world.Subject.DefaultPolicy = Reusable;
                return Task.CompletedTask;
            },
            IsDone = IsAtAsync(1),
            AnswerWhenStale = "unknown",
        },
        Exchange("Reissue", RotationPolicy.Spa, "reissued", First) with { Calls = [Find], Arrange = RotateAsync },
        Exchange("Recover", RotationPolicy.Mobile, "recovered", First) with
        {
            Arrange = async world =>
            {
                await RotateAsync(world);
                world.Subject.Time.Advance(TimeSpan.FromHours(1));
            },
            IsDone = IsAtAsync(2),
            AnswerWhenStale = Scenario.Unavailable, // it was current a moment ago, so nothing is known to be lost
        },
        Exchange("Detect_reuse", RotationPolicy.Strict, "reuse_detected", First) with { Arrange = RotateAsync, IsDone = IsRevokedAsync },
        Exchange("Detect_reuse_with_leeway", RotationPolicy.Spa, "reuse_detected", First) with
        {
            Arrange = async world =>
            {
                await RotateAsync(world);
                await RotateAsync(world);
            },
            IsDone = IsRevokedAsync,
            AnswerWhenStale = "reissued",
        },
        Exchange("Detect_reuse_of_a_whole_user", RotationPolicy.Strict with { ReuseResponse = ReuseResponse.User }, "reuse_detected", First) with
        {
            Calls = [Find, CompareAndSwap, Revoke],
            Arrange = async world =>
            {
                await IssueAsync(world);
                await RotateAsync(world);
            },
            IsDone = IsRevokedAsync,
            IsAllDone = async world => (await ListAsync(world)).All(row => row.RevokedAt is not null),
        },
    ];

    private static Scenario Exchange(string name, RotationPolicy policy, string answer, Func<FaultWorld, RefreshToken> token) =>
        new(name, policy, [Find, CompareAndSwap], answer, world => PresentAsync(world, token(world))) { SettlesWrites = true };

    private static RefreshToken Newest(FaultWorld world) => world.Newest;

    private static RefreshToken First(FaultWorld world) => world.Given[0];

    private static async Task<string> PresentAsync(FaultWorld world, RefreshToken token) => await world.PresentAsync(token) switch
    {
        ExchangeResult.Succeeded success => success.Outcome.ToCode(),
        ExchangeResult.Rejected refusal => refusal.Reason.ToCode(),
        _ => Scenario.Unavailable,
    };

    private static async Task RotateAsync(FaultWorld world)
    {
        world.Subject.Time.Advance(TimeSpan.FromSeconds(1));
        (await PresentAsync(world, world.Newest)).Should().Be("rotated");
    }

    private static async Task<string> IssueAsync(FaultWorld world)
    {
        await world.Subject.Tokens.IssueAsync(new IssueRequest { Subject = "alice", ClientId = FaultWorld.Client });
        return "issued";
    }

    private static Func<FaultWorld, Task<bool>> IsAtAsync(long generation) => async world => (await world.RowAsync())!.Generation == generation;

    private static async Task<bool> IsRevokedAsync(FaultWorld world) => (await world.RowAsync())!.RevokedAt is not null;

    private static async Task<bool> IsGoneAsync(FaultWorld world) => await world.RowAsync() is null;

    private static async Task<int> CountAsync(FaultWorld world) => (await ListAsync(world)).Count;

    private static async Task<IReadOnlyList<TokenFamily>> ListAsync(FaultWorld world) => await world.Witness.ListAsync(
        new TokenFamilyQuery(TokenFamilyFilter.ForTenant(string.Empty), null, 100, world.Subject.Now), CancellationToken.None);
}
