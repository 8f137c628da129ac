using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.AspNetCore.WebUtilities;

namespace AuthorizationServer.Flows;

/// <summary>The parameters of an address or a form, with exact names. ASP.NET's own collections ignore case.</summary>
internal sealed class RequestParameters
{
    private readonly List<KeyValuePair<string, string>> _pairs;

    private RequestParameters(List<KeyValuePair<string, string>> pairs) => _pairs = pairs;

    /// <summary>The value of a parameter; null if it is missing, empty or given more than once.</summary>
    public string? this[string name] => All(name) is [var value] ? value : null;

    /// <summary>A name that is given more than once, though only <c>resource</c> may be (RFC 6749 section 3.1); null if there is none.</summary>
    public string? Repeated => _pairs.GroupBy(pair => pair.Key, StringComparer.Ordinal)
        .FirstOrDefault(group => group.Key != "resource" && group.Count() > 1)?.Key;

    public static RequestParameters OfQuery(string? query)
    {
        var pairs = new List<KeyValuePair<string, string>>();
        foreach (var pair in new QueryStringEnumerable(query))
        {
            pairs.Add(new(pair.DecodeName().ToString(), pair.DecodeValue().ToString()));
        }

        return new RequestParameters(pairs);
    }

    /// <summary>Reads the body of a form, which has the syntax of a query; null if the request has no form.</summary>
    /// <exception cref="BadHttpRequestException">It is too long or too slow; <see cref="Setup.ErrorPages"/> answers.</exception>
    public static async Task<RequestParameters?> OfFormAsync(HttpRequest request)
    {
        if (request.ContentType?.StartsWith("application/x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase) != true)
        {
            return null;
        }

        using var body = new StreamReader(request.Body);
        return OfQuery(await body.ReadToEndAsync(request.HttpContext.RequestAborted));
    }

    public IReadOnlyList<string> All(string name) =>
        [.. _pairs.Where(pair => pair.Key == name && pair.Value.Length > 0).Select(pair => pair.Value)];

    /// <summary>The parts of a list that is separated by spaces.</summary>
    public IReadOnlyList<string> Words(string name) =>
        [.. (this[name] ?? string.Empty).Split(' ', StringSplitOptions.RemoveEmptyEntries).Distinct(StringComparer.Ordinal)];

    /// <summary>These parameters as a query, with the given ones replaced.</summary>
    public string ToQuery(params IEnumerable<KeyValuePair<string, string?>> changes)
    {
        var changed = changes.ToDictionary(StringComparer.Ordinal);
        var query = new QueryBuilder(_pairs.Where(pair => !changed.ContainsKey(pair.Key)));
        foreach (var (name, value) in changed)
        {
            if (value is { Length: > 0 })
            {
                query.Add(name, value);
            }
        }

        return query.ToString();
    }
}
