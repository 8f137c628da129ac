using System.Diagnostics.CodeAnalysis;

namespace RefreshTokenRotation.AspNetCore;

/// <summary>The parameters of a request's body. Names and values are case-sensitive; an empty value counts as omitted (RFC 6749 section 3.2).</summary>
public sealed class OAuthParameters
{
    private readonly IReadOnlyList<KeyValuePair<string, string>> _pairs;

    internal OAuthParameters(IReadOnlyList<KeyValuePair<string, string>> pairs) => _pairs = pairs;

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
        return Count(name) == 1 && (value = All(name)[0]) is not null;
    }

    /// <summary>How many values that are not empty a parameter has.</summary>
    /// <param name="name">The exact name.</param>
    /// <returns>The number.</returns>
    public int Count(string name) => All(name).Count;

    /// <summary>The values of a parameter that are not empty, in their order.</summary>
    /// <param name="name">The exact name.</param>
    /// <returns>The values; none if the parameter is missing.</returns>
    public IReadOnlyList<string> All(string name) =>
        [.. _pairs.Where(pair => pair.Key == name && pair.Value.Length > 0).Select(static pair => pair.Value)];

    /// <summary>The names that were given, without their values.</summary>
    /// <returns>The names.</returns>
    public override string ToString() => string.Join(' ', _pairs.Select(static pair => pair.Key));
}
