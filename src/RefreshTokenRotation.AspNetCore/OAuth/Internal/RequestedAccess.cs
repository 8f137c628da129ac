namespace RefreshTokenRotation.AspNetCore.Internal;

/// <summary>The scope and the resource servers that a request names.</summary>
/// <param name="Scopes">The scope-tokens; empty if it names none.</param>
/// <param name="Resources">What <c>resource</c> and <c>audience</c> name together, each once; empty if they name none.</param>
internal readonly record struct RequestedAccess(IReadOnlyList<string> Scopes, IReadOnlyList<string> Resources)
{
    public static OAuthError? Read(OAuthParameters parameters, out RequestedAccess access)
    {
        access = new([], []);
        var scopes = parameters[ParameterNames.Scope] is { } scope ? scope.Split(' ', StringSplitOptions.RemoveEmptyEntries) : [];
        if (scopes.Length > RequestLimits.ScopeCount || !scopes.All(TextForm.IsScope))
        {
            return OAuthError.ScopeInvalid;
        }

        if (scopes.Contains("online_access", StringComparer.Ordinal) && scopes.Contains("offline_access", StringComparer.Ordinal))
        {
            return OAuthError.BothAccesses;
        }

        var resources = parameters.All(ParameterNames.Resource);
        if (parameters[ParameterNames.Audience] is { } audience)
        {
            resources = [.. resources, audience];
        }

        if (resources.Count > 1)
        {
            resources = [.. resources.DistinctBy(ResourceIdentifier.Normalize, StringComparer.Ordinal)];
        }

        if (resources.Count > RequestLimits.ResourceCount || !resources.All(Syntax.IsResource))
        {
            return OAuthError.TargetInvalid;
        }

        access = new RequestedAccess(scopes, resources);
        return null;
    }
}
