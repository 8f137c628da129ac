using RefreshTokenRotation.Testing.Conformance;
using RefreshTokenRotation.Testing.Tests.Conformance;

namespace RefreshTokenRotation.Testing.Tests.Snippets;

/// <summary>How a test project with xunit runs the kit. Its two attributes are stood in for here, and NUnit runs a case.</summary>
[TestFixture]
internal sealed class XunitConformance
{
    [Test]
    public async Task First_case_runs_by_its_name() => await Store_conforms((string)Cases.First()[0]);

    // snippet: xunit
    public static IEnumerable<object[]> Cases => TokenStoreConformance.Cases.Select(conformanceCase => new object[] { conformanceCase.Name });

    [Theory, MemberData(nameof(Cases))]
    public async Task Store_conforms(string name)
    {
        await using var harness = new DictionaryStoreHarness();
        (await TokenStoreConformance.Get(name).RunAsync(harness)).ThrowIfFailed();
    }
    // end-snippet

    [AttributeUsage(AttributeTargets.Method)]
    private sealed class TheoryAttribute : Attribute;

    [AttributeUsage(AttributeTargets.Method)]
    private sealed class MemberDataAttribute(string member) : Attribute
    {
        public string Member { get; } = member;
    }
}
