using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;

namespace RefreshTokenRotation.AspNetCore.Internal;

/// <summary>Reads the id in a path, decoded once. The server decodes all but an escaped slash, so that <c>%2F</c> in its path is either that or what it made of
/// <c>%252F</c>. Only the address as it was sent says which.</summary>
internal static class PathId
{
    private const string Name = "id";
    private const string Slash = "%2F";

    public static string Read(HttpContext context)
    {
        var value = (string)context.Request.RouteValues[Name]!;
        if (!value.Contains(Slash, StringComparison.OrdinalIgnoreCase))
        {
            return value;
        }

        var sent = SegmentAsSent(context) ?? string.Empty;
        var asServed = Uri.UnescapeDataString(sent.Replace(Slash, "%252F", StringComparison.OrdinalIgnoreCase));
        return asServed.Equals(value, StringComparison.OrdinalIgnoreCase)
            ? Uri.UnescapeDataString(sent)
            : value.Replace(Slash, "/", StringComparison.OrdinalIgnoreCase); // a server that does not keep the address
    }

    /// <summary>The segment of the id, counted from the end: the host may have mapped the endpoints below any path.</summary>
    private static string? SegmentAsSent(HttpContext context)
    {
        if ((context.GetEndpoint() as RouteEndpoint)?.RoutePattern.PathSegments is not { } pattern
            || context.Features.Get<IHttpRequestFeature>()?.RawTarget is not { } target)
        {
            return null;
        }

        var query = target.IndexOf('?', StringComparison.Ordinal);
        var segments = (query < 0 ? target : target[..query]).TrimEnd('/').Split('/');
        for (var fromEnd = 1; fromEnd <= Math.Min(pattern.Count, segments.Length); fromEnd++)
        {
            if (pattern[^fromEnd].Parts is [RoutePatternParameterPart { Name: Name }])
            {
                return segments[^fromEnd];
            }
        }

        return null;
    }
}
