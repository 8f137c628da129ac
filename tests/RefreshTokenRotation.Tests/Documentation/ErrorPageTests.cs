using System.Text.RegularExpressions;
using RefreshTokenRotation.Client;
using RefreshTokenRotation.Tests.HouseRules;
using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.Tests.Documentation;

/// <summary>The error page lists every code and every log event of the packages, and no other, each with cause, remedy and what the client does.</summary>
[TestFixture]
internal sealed partial class ErrorPageTests
{
    private static readonly Lazy<IReadOnlyList<Row>> Rows = new(() => [.. Read()]);

    [Test]
    public void Page_lists_every_log_event()
    {
        var events = SourceFiles.Under(Repository.PathOf("src")).SelectMany(Events).ToList();

        events.Should().HaveCountGreaterThan(60);
        Rows.Value.Where(row => row.Place.Length > 0).Select(row => $"{row.Place} {row.Code} {row.Level}").Should().BeEquivalentTo(events);
    }

    [Test]
    public void Page_lists_every_code_of_the_endpoints()
    {
        var codes = SourceFiles.Under(Repository.PathOf("src", "RefreshTokenRotation.AspNetCore")).Select(File.ReadAllText).SelectMany(source => Code().Matches(source))
            .Select(match => match.Groups["code"].Value).Append("invalid_request").ToHashSet();

        codes.Should().HaveCountGreaterThan(12);
        Codes("OAuth errors").Should().BeEquivalentTo(codes);
    }

    [Test]
    public void Page_lists_every_reason()
    {
        Codes("Rejection reasons").Should().BeEquivalentTo(Enum.GetValues<RejectionReason>().Select(reason => reason.ToCode()));
        Codes("Revocation reasons").Should().BeEquivalentTo(Enum.GetValues<RevocationReason>().Select(reason => reason.ToCode()));
    }

    [Test]
    public void Page_lists_every_exception_and_every_result_of_the_client()
    {
        var exceptions = Libraries.All.SelectMany(library => library.GetExportedTypes()).Where(type => typeof(Exception).IsAssignableFrom(type)).Select(type => type.Name);

        Codes("Exceptions").Should().Contain(exceptions);
        Codes("Results of the client").Should().BeEquivalentTo(typeof(TokenResult).GetNestedTypes().Select(type => type.Name));
    }

    [Test]
    public void Every_row_says_cause_remedy_and_what_the_client_does()
    {
        Rows.Value.Should().HaveCountGreaterThan(100).And.OnlyContain(row => row.Cells.All(cell => cell.Length > 0));
    }

    private static IEnumerable<string> Codes(string section) => Rows.Value.Where(row => row.Section == section).Select(row => row.Code);

    /// <summary>Events by package, or by category where a file names one of its own.</summary>
    private static IEnumerable<string> Events(string file)
    {
        var source = File.ReadAllText(file);
        var place = Category().Match(source) is { Success: true } category ? category.Groups["name"].Value : SourceFiles.RelativePath(file).Split('/')[1];
        return Message().Matches(source).Select(match => $"{place} {match.Groups["id"].Value} {match.Groups["level"].Value}");
    }

    private static IEnumerable<Row> Read()
    {
        var (section, place, isHead) = (string.Empty, string.Empty, false);
        foreach (var line in File.ReadLines(Repository.PathOf("docs", "errors.md")))
        {
            if (line.StartsWith("## ", StringComparison.Ordinal))
            {
                (section, place) = (line[3..], string.Empty);
            }
            else if (Place().Match(line) is { Success: true } named)
            {
                place = named.Groups["place"].Value;
            }
            else if (line.StartsWith('|') && !isHead && !line.StartsWith("|---", StringComparison.Ordinal))
            {
                isHead = true;
            }
            else if (line.StartsWith('|') && !line.StartsWith("|---", StringComparison.Ordinal))
            {
                var cells = line.Split('|', StringSplitOptions.TrimEntries)[1..^1];
                yield return new Row(section, place, cells[0].Trim('`').Split('`')[0], place.Length > 0 ? cells[1] : string.Empty, cells);
            }

            isHead = isHead && line.StartsWith('|');
        }
    }

    private sealed record Row(string Section, string Place, string Code, string Level, string[] Cells);

    [GeneratedRegex(@"LoggerMessage\((?:EventId = )?(?<id>\d+), (?:Level = )?LogLevel\.(?<level>\w+)")]
    private static partial Regex Message();

    [GeneratedRegex(@"const string Category = ""(?<name>[^""]+)""")]
    private static partial Regex Category();

    [GeneratedRegex(@"^(?:Package|Category) `(?<place>[^`]+)`")]
    private static partial Regex Place();

    [GeneratedRegex(@"new\((?:statusCode|StatusCodes\.\w+), ""(?<code>[a-z_]+)""|Problem\([^;]*?""(?<code>[a-z_]+)""\)|const string \w*(?:Code|TokenInvalid) = ""(?<code>[a-z_]+)""|OfBearer\([^,]+, ""(?<code>[a-z_]+)""")]
    private static partial Regex Code();
}
