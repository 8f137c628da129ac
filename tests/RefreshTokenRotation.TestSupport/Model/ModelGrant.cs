namespace RefreshTokenRotation.TestSupport.Model;

/// <summary>What an access token may be for (RFC 6749 section 6, RFC 8707, multi-resource policies).</summary>
internal static class ModelGrant
{
    /// <summary>The scope and the resources of an answer, or why there is none.</summary>
    public static (RejectionReason? Refusal, IReadOnlyList<string> Scopes, IReadOnlyList<string> Resources) Narrow(
        IssueRequest grant, ExchangeRequest request, RotationPolicy policy)
    {
        IReadOnlyList<string> resources = request.Resources is { Count: > 0 } asked ? asked : grant.Resources;
        var extra = policy.MultiResource.Where(entry => resources.Contains(entry.Resource)).ToList();
        var isGranted = resources.Count == 0 || resources.Any(grant.Resources.Contains);
        HashSet<string> allowed = [.. grant.Scopes.Where(scope => isGranted || IsOpenId(scope)), .. extra.SelectMany(entry => entry.Scopes)];
        IReadOnlyList<string> scopes = request.Scopes is { Count: > 0 } wanted ? wanted : [.. allowed];

        if (policy.MultiResource.Count > 0)
        {
            scopes = [.. scopes.Where(allowed.Contains)];
        }
        else if (!scopes.All(grant.Scopes.Contains))
        {
            return (RejectionReason.InvalidScope, [], []);
        }

        return resources.All(resource => grant.Resources.Contains(resource) || extra.Any(entry => Equals(entry.Resource, resource)))
            ? (null, scopes, resources)
            : (RejectionReason.InvalidTarget, [], []);
    }

    /// <summary>Whether a scope says who the user is or that the client may stay, whatever the resource server.</summary>
    private static bool IsOpenId(string scope) => scope is "openid" or "profile" or "email" or "address" or "phone" or "offline_access";
}
