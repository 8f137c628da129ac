using RefreshTokenRotation.Storage;
using RefreshTokenRotation.Testing.Conformance;
using RefreshTokenRotation.Testing.Tests.Support;
using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.Testing.Tests;

/// <summary>The README's code, run. What stands between the marks is what the README shows.</summary>
[TestFixture]
internal sealed class ReadmeTests
{
    [Test]
    public async Task Lost_answer_is_settled_by_the_engine()
    {
        using var subject = Start(out var store);
        var tokens = subject.Tokens;
        var issued = await tokens.IssueAsync(new IssueRequest { Subject = "alice", ClientId = "web" });
        var request = new ExchangeRequest { RefreshToken = issued.RefreshToken, ClientId = "web" };

        // <readme>
        store.OnNext(StoreCall.CompareAndSwap, StoreFault.ThrowAfterWrite);

        var result = await tokens.ExchangeAsync(request);

        result.Should().BeOfType<ExchangeResult.Succeeded>();
        // </readme>
    }

    [TestCase("ReadmeTests.cs")]
    [TestCase("Conformance/DictionaryStoreConformanceTests.cs")]
    [TestCase("Conformance/ConsoleRunTests.cs")]
    public async Task Readme_shows_the_code_that_runs(string file)
    {
        var source = await File.ReadAllLinesAsync(Repository.PathOf($"tests/RefreshTokenRotation.Testing.Tests/{file}"));
        var code = source.SkipWhile(line => !line.TrimStart().StartsWith("// <readme>", StringComparison.Ordinal)).Skip(1)
            .TakeWhile(line => !line.TrimStart().StartsWith("// </readme>", StringComparison.Ordinal))
            .ToList();
        code.Should().HaveCountGreaterThan(2);
        var indent = code.Where(line => line.Length > 0).Min(line => line.Length - line.TrimStart().Length);

        var readme = await File.ReadAllTextAsync(Repository.PathOf("src/RefreshTokenRotation.Testing/README.md"));
        readme.Should().Contain(string.Join("\n", code.Select(line => line.Length == 0 ? line : line[indent..])));
    }

    [Test]
    public async Task Readme_lists_every_case()
    {
        static IEnumerable<string> Table<THarness>(IReadOnlyList<ConformanceCase<THarness>> cases)
            where THarness : ConformanceHarness =>
        [
            "| | case | core | clause |",
            "|---|---|---|---|",
            .. cases.Select(conformanceCase => $"| {conformanceCase.Number} | `{conformanceCase.Name}` | {(conformanceCase.IsCore ? "yes" : string.Empty)} | {conformanceCase.Clause} |"),
        ];
        var tables = string.Join('\n', [.. Table(TokenStoreConformance.Cases), string.Empty, .. Table(RotationPolicyStoreConformance.Cases), string.Empty, .. Table(TokenSessionStoreConformance.Cases)]);

        var readme = await File.ReadAllTextAsync(Repository.PathOf("src/RefreshTokenRotation.Testing/README.md"));

        readme.Should().EndWith($"## Cases\n\n{tables}\n");
    }

    private static Subject Start(out FaultingTokenStore store)
    {
        store = new FaultingTokenStore(new InMemoryTokenStore());
        return new Subject(store);
    }
}
