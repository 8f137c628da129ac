using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using RefreshTokenRotation.Storage;
using RefreshTokenRotation.Testing.Conformance;
using RefreshTokenRotation.Testing.Tests.Support;
using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.Testing.Tests;

/// <summary>The code of the pages on testing, run.</summary>
[TestFixture]
internal sealed class PageTests
{
    [Test]
    public async Task Lost_answer_is_settled_by_the_engine()
    {
        using var subject = Start(out var store);
        var tokens = subject.Tokens;
        var issued = await tokens.IssueAsync(new IssueRequest { Subject = "alice", ClientId = "web" });
        var request = new ExchangeRequest { RefreshToken = issued.RefreshToken, ClientId = "web" };

        // snippet: lost-answer
        store.OnNext(StoreCall.CompareAndSwap, StoreFault.ThrowAfterWrite);

        var result = await tokens.ExchangeAsync(request);

        result.Should().BeOfType<ExchangeResult.Succeeded>();
        // end-snippet
    }

    [Test]
    public async Task Clock_of_the_host_ends_the_leeway()
    {
        var services = new ServiceCollection();

        // snippet: fake-clock
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        services.AddSingleton<TimeProvider>(time);
        services.AddRefreshTokenRotation(options => options.DefaultPolicy = RotationPolicy.Spa);
        // end-snippet

        await using var provider = services.BuildServiceProvider();
        var tokens = provider.GetRequiredService<IRefreshTokenService>();
        var issued = await tokens.IssueAsync(new IssueRequest { Subject = "alice", ClientId = "spa" });
        var request = new ExchangeRequest { RefreshToken = issued.RefreshToken, ClientId = "spa" };

        // snippet: fake-clock
        await tokens.ExchangeAsync(request);
        time.Advance(RotationPolicy.Spa.Leeway);

        (await tokens.ExchangeAsync(request)).Should().BeOfType<ExchangeResult.Rejected>(); // a replay now, not a retry
        // end-snippet
    }

    [Test]
    public async Task Page_lists_every_case()
    {
        static IEnumerable<string> Table<THarness>(IReadOnlyList<ConformanceCase<THarness>> cases)
            where THarness : ConformanceHarness =>
        [
            "| | case | core | clause |",
            "|---|---|---|---|",
            .. cases.Select(conformanceCase => $"| {conformanceCase.Number} | `{conformanceCase.Name}` | {(conformanceCase.IsCore ? "yes" : string.Empty)} | {conformanceCase.Clause} |"),
        ];

        var page = await File.ReadAllTextAsync(Repository.PathOf("docs", "conformance.md"));

        page[page.IndexOf("## Cases", StringComparison.Ordinal)..].Split('\n').Where(static line => line.StartsWith('|')).Should().Equal(
            [.. Table(TokenStoreConformance.Cases), .. Table(RotationPolicyStoreConformance.Cases), .. Table(TokenSessionStoreConformance.Cases)]);
    }

    private static Subject Start(out FaultingTokenStore store)
    {
        store = new FaultingTokenStore(new InMemoryTokenStore());
        return new Subject(store);
    }
}
