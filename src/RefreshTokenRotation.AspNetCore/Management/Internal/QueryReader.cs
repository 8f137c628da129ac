using System.Globalization;

namespace RefreshTokenRotation.AspNetCore.Internal;

/// <summary>Reads the query. The first thing that is wrong refuses the request.</summary>
internal sealed class QueryReader
{
    private readonly IQueryCollection _query;

    public QueryReader(IQueryCollection query, ReadOnlySpan<string> known)
    {
        _query = query;
        foreach (var (name, values) in query)
        {
            // The collection compares names without case; a parameter of another case is not the one that is meant.
            if (!known.Contains(name))
            {
                throw new ManagementRefusedException($"The parameter '{Texts.Shown(name)}' is unknown; known are {string.Join(", ", known!)}.");
            }

            if (values.Count != 1)
            {
                throw new ManagementRefusedException($"The parameter {name} is given more than once.");
            }
        }
    }

    /// <summary>A text, or null if it is not given.</summary>
    public string? Text(string name, int maxLength = RequestLimits.IdentifierLength)
    {
        var value = Value(name);
        return value is null || TextForm.IsFit(value, maxLength) ? value : throw new ManagementRefusedException($"The parameter {name} {Texts.Bound(maxLength)}.");
    }

    public string Required(string name) => Text(name) ?? throw new ManagementRefusedException($"The parameter {name} is missing.");

    /// <summary>A resource server. An empty value means none at all.</summary>
    public string? Audience(string name) =>
        Value(name) is { Length: 0 } ? TokenFamilyFilter.NoResource : Text(name, RequestLimits.ResourceLength);

    public int Number(string name, int min, int max, int otherwise) =>
        Value(name) is not { } value ? otherwise
        : int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= min && number <= max ? number
        : throw new ManagementRefusedException($"The parameter {name} ('{Texts.Shown(value)}') must be a number between {min} and {max}.");

    public bool Flag(string name, bool otherwise) => Value(name) switch
    {
        null => otherwise,
        "true" => true,
        "false" => false,
        var value => throw new ManagementRefusedException($"The parameter {name} ('{Texts.Shown(value)}') must be true or false."),
    };

    /// <summary>Where the page before ended.</summary>
    public TokenFamilyCursor? Cursor(string name) =>
        Value(name) is not { } value ? null
        : TokenFamilyCursor.TryParse(value, out var cursor) ? cursor
        : throw new ManagementRefusedException($"The parameter {name} must be the value of next in an earlier response.");

    public bool Has(string name) => _query.ContainsKey(name);

    private string? Value(string name) => _query.TryGetValue(name, out var values) && values.Count > 0 ? values[0] ?? string.Empty : null;
}
