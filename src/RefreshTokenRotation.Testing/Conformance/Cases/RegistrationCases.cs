using Microsoft.Extensions.DependencyInjection;

namespace RefreshTokenRotation.Testing.Conformance.Cases;

/// <summary>The store as a host registers it.</summary>
internal static class RegistrationCases
{
    public static IReadOnlyList<ConformanceCase<TokenStoreHarness>> All { get; } =
    [
        TokenCase.Optional("registration.singleton", ConformanceGroup.Registration, "The builder registers the store as a singleton, and the last choice wins.", SingletonAsync),
        TokenCase.Optional("registration.engine", ConformanceGroup.Registration, "A host that chose the store through the builder issues, exchanges and detects reuse.", EngineAsync),
    ];

    private static Task SingletonAsync(TokenStoreTrial trial) => HostTrial.RunAsync(
        trial.Harness, static provider => HostTrial.RequireSingletonAsync<ITokenStore>(provider, "token"), trial.CancellationToken);

    private static Task EngineAsync(TokenStoreTrial trial) => HostTrial.RunAsync(trial.Harness, async provider =>
    {
        var tokens = provider.GetRequiredService<IRefreshTokenService>();
        var families = provider.GetRequiredService<ITokenFamilyManager>();
        var subject = trial.Rows.NewName("user");
        var before = await families.ListAsync(new TokenFamilyFilter(), cancellationToken: trial.CancellationToken).ConfigureAwait(false);
        CaseRun.Require(before.Families.Count == 0, $"{nameof(ConformanceHarness.Configure)} registered a store that is not empty");
        var issued = await tokens.IssueAsync(new IssueRequest { Subject = subject, ClientId = "web" }, trial.CancellationToken).ConfigureAwait(false);
        var request = new ExchangeRequest { RefreshToken = issued.RefreshToken, ClientId = "web" };
        var exchanged = await tokens.ExchangeAsync(request, trial.CancellationToken).ConfigureAwait(false);
        CaseRun.Require(exchanged is ExchangeResult.Succeeded, $"an exchange of a new token returned {exchanged.GetType().Name}");
        var replayed = await tokens.ExchangeAsync(request, trial.CancellationToken).ConfigureAwait(false);
        CaseRun.Require(replayed is ExchangeResult.Rejected, $"an exchange of a used token returned {replayed.GetType().Name}");
        var page = await families.ListAsync(TokenFamilyFilter.ForUser(subject), cancellationToken: trial.CancellationToken).ConfigureAwait(false);
        CaseRun.Require(
            page.Families.Count == 1 && page.Families[0].RevocationReason == RevocationReason.ReuseDetected,
            $"one family was issued and its used token came back, and {page.Families.Count} are listed, or not as revoked for reuse");
    }, trial.CancellationToken);
}
