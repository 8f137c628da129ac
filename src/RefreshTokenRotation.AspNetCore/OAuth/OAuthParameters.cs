using System.Diagnostics.CodeAnalysis;

namespace RefreshTokenRotation.AspNetCore;

/// <summary>The parameters of a request's body. Names and values are case-sensitive; an empty value counts as omitted (RFC 6749 section 3.2).</summary>
public sealed class OAuthParameters
{
    private readonly List<KeyValuePair<string, string>> _pairs;

    internal OAuthParameters(List<KeyValuePair<string, string>> pairs) => _pairs = pairs;

    /// <summary>The value of a parameter, or null if it is missing, empty, or given more than once.</summary>
    /// <param name="name">The exact name.</param>
    public string? this[string name] => TryGet(name, out var value) ? value : null;

    /// <summary>The value of a parameter that may be given once.</summary>
    /// <param name="name">The exact name.</param>
    /// <param name="value">Its value; null if the parameter is missing, empty, or given more than once.</param>
    /// <returns>Whether there is exactly one value.</returns>
    public bool TryGet(string name, [NotNullWhen(true)] out string? value)
    {
        value = null;
        foreach (var (key, given) in _pairs)
        {
            if (given.Length == 0 || key != name)
            {
                continue;
            }

            if (value is not null)
            {
                value = null;
                return false;
            }

            value = given;
        }

        return value is not null;
    }

    /// <summary>How many values that are not empty a parameter has.</summary>
    /// <param name="name">The exact name.</param>
    /// <returns>The number.</returns>
    public int Count(string name) => All(name).Count;

    /// <summary>The values of a parameter that are not empty, in their order.</summary>
    /// <param name="name">The exact name.</param>
    /// <returns>The values; none if the parameter is missing.</returns>
    public IReadOnlyList<string> All(string name)
    {
        List<string>? values = null;
        foreach (var (key, value) in _pairs)
        {
            if (value.Length > 0 && key == name)
            {
                (values ??= []).Add(value);
            }
        }

        return values ?? (IReadOnlyList<string>)[];
    }

    /// <summary>The names that were given, without their values.</summary>
    /// <returns>The names.</returns>
    public override string ToString() => string.Join(' ', _pairs.Select(static pair => pair.Key));

    /// <summary>The first parameter that appears twice but must appear once at most; null if every parameter is fine.</summary>
    internal string? FindRepeated()
    {
        for (var i = 1; i < _pairs.Count; i++)
        {
            var (name, value) = _pairs[i];
            if (value.Length == 0 || !ParameterNames.MayNotRepeat(name))
            {
                continue;
            }

            for (var before = 0; before < i; before++)
            {
                if (_pairs[before].Value.Length > 0 && _pairs[before].Key == name)
                {
                    return name;
                }
            }
        }

        return null;
    }
}
