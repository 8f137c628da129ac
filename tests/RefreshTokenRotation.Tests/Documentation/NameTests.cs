using System.Text.RegularExpressions;
using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.Tests.Documentation;

/// <summary>The pages name types and members that exist.</summary>
[TestFixture]
internal sealed partial class NameTests
{
    /// <summary>Names of .NET, of databases and of other libraries that no source here mentions.</summary>
    private static readonly HashSet<string> Foreign =
    [
        "AddDbContextPool", "AddHttpLogging", "AddKeyedSingleton", "AddNpgsqlDataSource", "AddPooledDbContextFactory", "AddUserAccessTokenHttpClient",
        "EnableExtraConversions", "EnableRetryOnFailure", "EnableSensitiveDataLogging", "ExecuteDelete", "ExecuteUpdate", "ForwardedHeaders", "ForwardedHeadersOptions",
        "IDistributedCache", "Latin1_General_100_BIN2", "MapOpenApi", "MigrationsAssembly", "MinRequestBodyDataRate", "SaveChanges", "SaveTokens", "UsePathBase", "UseHttpMethodOverride", "XForwardedPrefix",
    ];

    private static readonly Lazy<HashSet<string>> Words = new(() => new[] { "src", "samples", "tests" }
        .SelectMany(folder => SourceFiles.Under(Repository.PathOf(folder)))
        .Where(file => Path.GetFileName(file) != "NameTests.cs")
        .SelectMany(file => Word().Matches(File.ReadAllText(file)))
        .Select(match => match.Value).ToHashSet());

    private static IEnumerable<string> Pages => SourceFiles.Pages().Where(page => page is "README.md" or "SECURITY.md" or "CONTRIBUTING.md"
        || page.StartsWith("docs/", StringComparison.Ordinal) || page.StartsWith("src/", StringComparison.Ordinal));

    [TestCaseSource(nameof(Pages))]
    public void Page_names_only_what_is_there(string page)
    {
        var prose = Markdown.Prose(File.ReadAllText(Repository.PathOf(page)));
        var names = Inline().Matches(prose).SelectMany(match => Name().Matches(match.Groups["code"].Value)).SelectMany(match => match.Value.Split('.', StringSplitOptions.RemoveEmptyEntries));

        names.Where(name => !Foreign.Contains(name) && !Words.Value.Contains(name)).Distinct().Should().BeEmpty("a name on a page is one of the code");
    }

    [GeneratedRegex(@"\w+")]
    private static partial Regex Word();

    [GeneratedRegex("`(?<code>[^`\n]+)`")]
    private static partial Regex Inline();

    /// <summary>A name of .NET's kind at the beginning of inline code: <c>AddX</c>, <c>IX</c>, <c>X.Y</c>.</summary>
    [GeneratedRegex(@"^\.?(?:[A-Z][a-z]\w*|I[A-Z]\w+)(?:\.[A-Z]\w+)*(?=$|[(<{ =])")]
    private static partial Regex Name();
}
