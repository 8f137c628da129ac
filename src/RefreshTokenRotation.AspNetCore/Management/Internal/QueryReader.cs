using System.Globalization;

namespace RefreshTokenRotation.AspNetCore.Internal;

/// <summary>Reads the query. It keeps the first thing that is wrong: look at <see cref="Error"/> when everything has been read.</summary>
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
                Fail($"The parameter '{Texts.Shown(name)}' is unknown; known are {string.Join(", ", known!)}.");
            }
            else if (values.Count != 1)
            {
                Fail($"The parameter {name} is given more than once.");
            }
        }
    }

    public string? Error { get; private set; }

    public ManagementAnswer Refusal => ManagementAnswer.BadRequest(Error!);

    /// <summary>A text, or null if it is not given.</summary>
    public string? Text(string name, int maxLength = RequestLimits.IdentifierLength)
    {
        if (Value(name) is not { } value)
        {
            return null;
        }

        if (!TextForm.IsFit(value, maxLength))
        {
            Fail($"The parameter {name} {Texts.Bound(maxLength)}.");
        }

        return value;
    }

    public string? Required(string name)
    {
        var value = Text(name);
        if (value is null)
        {
            Fail($"The parameter {name} is missing.");
        }

        return value;
    }

    /// <summary>A resource server. An empty value means none at all.</summary>
    public string? Audience(string name) =>
        Value(name) is { Length: 0 } ? TokenFamilyFilter.NoResource : Text(name, RequestLimits.ResourceLength);

    public int Number(string name, int min, int max, int otherwise)
    {
        if (Value(name) is not { } value)
        {
            return otherwise;
        }

        if (int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= min && number <= max)
        {
            return number;
        }

        Fail($"The parameter {name} ('{Texts.Shown(value)}') must be a number between {min} and {max}.");
        return otherwise;
    }

    public bool Flag(string name, bool otherwise)
    {
        var value = Value(name);
        if (value is not (null or "true" or "false"))
        {
            Fail($"The parameter {name} ('{Texts.Shown(value)}') must be true or false.");
        }

        return value is null ? otherwise : value == "true";
    }

    /// <summary>Where the page before ended.</summary>
    public TokenFamilyCursor? Cursor(string name)
    {
        if (Value(name) is not { } value)
        {
            return null;
        }

        if (TokenFamilyCursor.TryParse(value, out var cursor))
        {
            return cursor;
        }

        Fail($"The parameter {name} must be the value of next in an earlier response.");
        return null;
    }

    public bool Has(string name) => _query.ContainsKey(name);

    public void Fail(string message) => Error ??= message;

    private string? Value(string name) => _query.TryGetValue(name, out var values) && values.Count > 0 ? values[0] ?? string.Empty : null;
}
