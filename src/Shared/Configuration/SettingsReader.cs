using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace RefreshTokenRotation.Configuration;

/// <summary>Reads one section of a configuration strictly, without reflection: it collects each failure with its path, and each name that nobody asked for.</summary>
internal sealed class SettingsReader
{
    private readonly IConfigurationSection? _section;
    private readonly List<string> _failures;
    private readonly Dictionary<string, IConfigurationSection> _unread;
    private readonly List<string> _known = [];

    private SettingsReader(IConfiguration section, List<string> failures)
    {
        _section = section as IConfigurationSection;
        _failures = failures;
        _unread = section.GetChildren().ToDictionary(static child => child.Key, StringComparer.OrdinalIgnoreCase);
    }

    /// <summary>The section's last name.</summary>
    public string Key => _section?.Key ?? string.Empty;

    /// <summary>The section's own text, where it has one instead of settings.</summary>
    public string? Value => _section?.Value;

    /// <summary>Reads a whole section.</summary>
    /// <returns>What is wrong, each with its path. Empty if nothing is.</returns>
    public static IReadOnlyList<string> Read(IConfiguration configuration, Action<SettingsReader> read)
    {
        if (configuration is IConfigurationSection section && !section.Exists())
        {
            return [$"{section.Path} is no section of the configuration, or an empty one."];
        }

        var failures = new List<string>();
        new SettingsReader(configuration, failures).ReadAll(read);
        return failures;
    }

    public void Text(string name, Action<string> set) => Leaf(name, text => Require(text.Length > 0, name, text, "must not be empty", () => set(text)));

    public void Flag(string name, Action<bool> set) => Leaf(name, text =>
        Require(bool.TryParse(text, out var flag), name, text, "must be true or false", () => set(flag)));

    public void Number(string name, Action<int> set) => Leaf(name, text =>
        Require(int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number), name, text, "must be a whole number", () => set(number)));

    public void Duration(string name, Action<TimeSpan> set) => Leaf(name, text => SetDuration(name, text, set));

    /// <summary>A duration, or <c>none</c> for null.</summary>
    public void OptionalDuration(string name, Action<TimeSpan?> set) => Leaf(name, text =>
    {
        if (text is "none")
        {
            set(null);
        }
        else
        {
            SetDuration(name, text, duration => set(duration));
        }
    });

    /// <summary>One of some words. Case and dashes don't count.</summary>
    public void Choice<T>(string name, Action<T> set, params (string Word, T Value)[] choices) => Leaf(name, text =>
    {
        foreach (var (word, value) in choices)
        {
            if (string.Equals(word, text.Replace("-", string.Empty, StringComparison.Ordinal), StringComparison.OrdinalIgnoreCase))
            {
                set(value);
                return;
            }
        }

        Fail(name, text, $"must be one of {string.Join(", ", choices.Select(static choice => choice.Word))}");
    });

    /// <summary>One of the names of an enumeration.</summary>
    public void Choice<T>(string name, Action<T> set)
        where T : struct, Enum => Choice(name, set, [.. Enum.GetValues<T>().Select(static value => ($"{value}", value))]);

    /// <summary>A list of texts. It replaces the default. What is a secret is not shown.</summary>
    public void Texts(string name, Action<IReadOnlyList<string>> set, bool isSecret = false) => Take(name, section =>
    {
        if (section.Value is { Length: > 0 } text)
        {
            Fail(name, isSecret ? "..." : text, "must be a list");
            return;
        }

        var texts = new List<string>();
        foreach (var child in section.GetChildren())
        {
            if (child.Value is { Length: > 0 } entry)
            {
                texts.Add(entry);
            }
            else
            {
                _failures.Add($"{child.Path} must be a text that is not empty.");
            }
        }

        set(texts);
    });

    /// <summary>Texts by names of the host's own.</summary>
    public void TextsByName(string name, Action<IReadOnlyDictionary<string, string>> set) => Take(name, section =>
    {
        var texts = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var child in section.GetChildren())
        {
            ReadValue(child, text => texts[child.Key] = text);
        }

        set(texts);
    });

    /// <summary>A section of settings.</summary>
    public void Section(string name, Action<SettingsReader> read) => Take(name, section => new SettingsReader(section, _failures).ReadAll(read));

    /// <summary>A list or a dictionary of sections.</summary>
    public void Sections(string name, Action<SettingsReader> read) => Take(name, section =>
    {
        if (section.Value is { Length: > 0 } text)
        {
            Fail(name, text, "must be a list of entries");
        }

        foreach (var child in section.GetChildren())
        {
            new SettingsReader(child, _failures).ReadAll(read);
        }
    });

    /// <summary>Whether the section has a setting of this name.</summary>
    public bool Has(string name) => _unread.ContainsKey(name);

    /// <summary>Adds a failure of this section as a whole.</summary>
    public void Fail(string message) => _failures.Add($"{_section?.Path ?? "The configuration"} {message}.");

    private void ReadAll(Action<SettingsReader> read)
    {
        read(this);
        foreach (var unknown in _unread.Values)
        {
            _failures.Add($"{unknown.Path} is not a known setting. Known are: {string.Join(", ", _known.Order(StringComparer.Ordinal))}.");
        }
    }

    private void SetDuration(string name, string text, Action<TimeSpan> set) => Require(
        DurationText.TryRead(text, out var duration), name, text, "must be a duration with its unit, such as 10s, 5m, 12h, 30d, 1d12h or PT10S", () => set(duration));

    private void Leaf(string name, Action<string> read) => Take(name, section => ReadValue(section, read));

    private void ReadValue(IConfigurationSection section, Action<string> read)
    {
        if (section.Value is { } text)
        {
            read(text);
        }
        else
        {
            _failures.Add($"{section.Path} must be a single value.");
        }
    }

    /// <summary>Reads a setting, if it is there.</summary>
    private void Take(string name, Action<IConfigurationSection> read)
    {
        _known.Add(name);
        if (_unread.Remove(name, out var section))
        {
            read(section);
        }
    }

    private void Require(bool holds, string name, string text, string bound, Action set)
    {
        if (holds)
        {
            set();
        }
        else
        {
            Fail(name, text, bound);
        }
    }

    private void Fail(string name, string text, string bound) =>
        _failures.Add($"{(_section is null ? name : ConfigurationPath.Combine(_section.Path, name))} ('{text}') {bound}.");
}
