namespace RefreshTokenRotation.Testing.Conformance.Cases;

/// <summary>Makes the cases of a token store.</summary>
internal static class TokenCase
{
    /// <summary>A case that the engine's promises rest on.</summary>
    public static ConformanceCase<TokenStoreHarness> Core(
        string name, ConformanceGroup group, string clause, Func<TokenStoreTrial, Task> check) => Create(name, group, true, clause, check);

    /// <summary>A case that a store may be exempted from.</summary>
    public static ConformanceCase<TokenStoreHarness> Optional(
        string name, ConformanceGroup group, string clause, Func<TokenStoreTrial, Task> check) => Create(name, group, false, clause, check);

    private static ConformanceCase<TokenStoreHarness> Create(
        string name, ConformanceGroup group, bool isCore, string clause, Func<TokenStoreTrial, Task> check) =>
        new(name, group, isCore, clause, async (harness, run) =>
            await check(await TokenStoreTrial.OpenAsync(harness, run).ConfigureAwait(false)).ConfigureAwait(false));
}
