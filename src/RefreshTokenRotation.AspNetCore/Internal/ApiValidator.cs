namespace RefreshTokenRotation.AspNetCore.Internal;

/// <summary>The bounds of resource servers in the options.</summary>
internal static class ApiValidator
{
    private static readonly TimeSpan ShortestLifetime = TimeSpan.FromSeconds(1);

    public static void Check(IList<OAuthApi> apis, List<string> failures)
    {
        var known = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < apis.Count; i++)
        {
            if (apis[i] is not { } api)
            {
                failures.Add($"Apis[{i}] is null.");
                continue;
            }

            if (!Syntax.IsResource(api.Audience))
            {
                failures.Add(
                    $"Apis[{i}].Audience ('{api.Audience}') must be an absolute address without fragment, of at most {RequestLimits.ResourceLength} characters.");
            }
            else if (!known.Add(api.Audience))
            {
                failures.Add($"Apis[{i}].Audience ('{api.Audience}') stands there twice.");
            }

            if (api.AccessTokenLifetime < ShortestLifetime)
            {
                failures.Add($"Apis[{i}].AccessTokenLifetime ({api.AccessTokenLifetime}) must be at least {ShortestLifetime}.");
            }

            if (api.Scopes is null || !api.Scopes.All(Syntax.IsScope))
            {
                failures.Add($"Apis[{i}].Scopes must hold scope-tokens of 1 to {RequestLimits.ScopeLength} characters (RFC 6749 section 3.3).");
            }
        }
    }
}
