using System.Collections;
using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;
using RefreshTokenRotation.AspNetCore;
using RefreshTokenRotation.Tests.HouseRules;
using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.Tests.Documentation;

/// <summary>The configuration reference lists every public setting of every package, and no other, with its default.</summary>
[TestFixture]
internal sealed partial class ConfigurationPageTests
{
    private static readonly Lazy<ILookup<string, Row>> Rows = new(() => Read().ToLookup(row => row.Type));

    private static IEnumerable<Type> Types => Libraries.All.SelectMany(library => library.GetExportedTypes())
        .Where(type => type.Name.EndsWith("Options", StringComparison.Ordinal) && type is { IsClass: true, IsAbstract: false })
        .Concat([typeof(RotationPolicy), typeof(ResourceScopes), typeof(OAuthClient), typeof(OAuthApi)]);

    [TestCaseSource(nameof(Types))]
    public void Page_lists_every_setting_with_its_default(Type type)
    {
        var rows = Rows.Value[type.Name].ToList();
        rows.Select(row => row.Setting).Should().BeEquivalentTo(Settings(type).Select(setting => setting.Name));

        var defaults = Activator.CreateInstance(type)!;
        foreach (var setting in Settings(type))
        {
            if (Words(Value(setting, defaults)) is { } words)
            {
                rows.Single(row => row.Setting == setting.Name).Default.Should().Match(text => words.Any(word => Starts(text, word)), "{0}.{1} is {2} by default", type.Name, setting.Name, words[0]);
            }
        }
    }

    [Test]
    public void Page_lists_no_other_type()
    {
        Rows.Value.Select(type => type.Key).Should().BeSubsetOf(Types.Select(type => type.Name));
    }

    private static IEnumerable<MemberInfo> Settings(Type type) =>
        type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(property => property.DeclaringType!.Assembly == type.Assembly && (property.SetMethod?.IsPublic == true || IsList(property.PropertyType))).Cast<MemberInfo>()
            .Concat(type.GetFields(BindingFlags.Public | BindingFlags.Instance));

    private static bool IsList(Type type) => type != typeof(string) && typeof(IEnumerable).IsAssignableFrom(type);

    private static object? Value(MemberInfo setting, object owner) => setting is PropertyInfo property ? property.GetValue(owner) : ((FieldInfo)setting).GetValue(owner);

    private static bool Starts(string text, string word) =>
        text.StartsWith(word, StringComparison.Ordinal) && (text.Length == word.Length || !char.IsLetterOrDigit(text[word.Length]));

    /// <summary>How the page may write a default; null where it describes one in words of its own.</summary>
    private static string[]? Words(object? value) => value switch
    {
        bool flag => [flag ? "`true`" : "`false`"],
        int number when number % 1024 == 0 => [$"{number / 1024} KiB"],
        int number => [number.ToString("N0", CultureInfo.InvariantCulture), number.ToString(CultureInfo.InvariantCulture)],
        TimeSpan time when time == TimeSpan.Zero => ["0"],
        TimeSpan time when time < TimeSpan.FromSeconds(1) => [$"{time.TotalMilliseconds} ms"],
        TimeSpan time when time < TimeSpan.FromMinutes(1) => [$"{time.TotalSeconds} s"],
        TimeSpan time when time < TimeSpan.FromHours(1) => [$"{time.TotalMinutes} min"],
        TimeSpan time when time == TimeSpan.FromHours(1) => ["1 hour"],
        TimeSpan time when time < TimeSpan.FromDays(1) => [$"{time.TotalHours} hours"],
        TimeSpan time => [$"{time.TotalDays} days"],
        Enum name => [$"`{name}`", $"{name}"],
        _ => null,
    };

    private static IEnumerable<Row> Read()
    {
        var type = string.Empty;
        foreach (var line in File.ReadLines(Repository.PathOf("docs", "configuration.md")))
        {
            if (TypeLine().Match(line) is { Success: true } named)
            {
                type = named.Groups["type"].Value;
            }
            else if (line.StartsWith("## ", StringComparison.Ordinal))
            {
                type = string.Empty;
            }
            else if (type.Length > 0 && line.StartsWith("| `", StringComparison.Ordinal))
            {
                var cells = line.Split('|', StringSplitOptions.TrimEntries);
                yield return new Row(type, cells[1].Split('`')[1], cells[2]);
            }
        }
    }

    private sealed record Row(string Type, string Setting, string Default);

    [GeneratedRegex(@"\b[Tt]ype `(?<type>\w+)`")]
    private static partial Regex TypeLine();
}
