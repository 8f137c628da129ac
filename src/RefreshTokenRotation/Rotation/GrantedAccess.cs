namespace RefreshTokenRotation.Rotation;

/// <summary>The scope and resources of one access token, or the reason why it can't have those asked for.</summary>
/// <param name="Error">Null, <see cref="RejectionReason.InvalidScope"/> or <see cref="RejectionReason.InvalidTarget"/>.</param>
/// <param name="Scopes">The scope.</param>
/// <param name="Resources">The resource servers.</param>
internal readonly record struct GrantedAccess(RejectionReason? Error, IReadOnlyList<string> Scopes, IReadOnlyList<string> Resources)
{
    /// <summary>The scope of OpenID Connect (Core, sections 3.1.2.1, 5.4 and 11), which belongs to no resource server.</summary>
    private static readonly string[] OpenIdScopes = ["openid", "profile", "email", "address", "phone", "offline_access"];

    /// <summary>
    /// Narrows the grant to what was asked for (RFC 6749 section 6, RFC 8707 section 2.2). A multi-resource policy adds resources and
    /// scope, and what it does not allow is left out of the scope instead of refused.
    /// </summary>
    public static GrantedAccess Narrow(
        FamilyGrant grant, RotationPolicy policy, IReadOnlyList<string>? scopes, IReadOnlyList<string>? resources)
    {
        // Most requests ask for all that was granted. What follows would cost them a closure.
        return scopes is not { Count: > 0 } && resources is not { Count: > 0 } && policy.MultiResource.Count == 0
            ? new GrantedAccess(null, grant.Scopes, grant.Resources)
            : NarrowTo(grant, policy, scopes, resources);
    }

    private static GrantedAccess NarrowTo(
        FamilyGrant grant, RotationPolicy policy, IReadOnlyList<string>? scopes, IReadOnlyList<string>? resources)
    {
        var targets = grant.Resources;
        if (resources is { Count: > 0 })
        {
            // Each as it was granted, or as the policy spells it: the host knows no other spelling.
            var named = resources.Select(asked => Find(grant.Resources, asked) ?? PolicyOf(policy, asked)?.Resource).Distinct(StringComparer.Ordinal).ToArray();
            if (named.Contains(null))
            {
                return new GrantedAccess(RejectionReason.InvalidTarget, [], []);
            }

            targets = named!;
        }

        var allowed = Allowed(grant, policy, targets);
        if (scopes is not { Count: > 0 })
        {
            return new GrantedAccess(null, allowed, targets);
        }

        var asked = scopes.Distinct(StringComparer.Ordinal).ToArray();
        var granted = asked.Where(scope => Contains(allowed, scope)).ToArray();

        // An answer without scope would say that all was granted (RFC 6749 section 5.1).
        return granted.Length == asked.Length || (policy.MultiResource.Count > 0 && granted.Length > 0)
            ? new GrantedAccess(null, granted, targets)
            : new GrantedAccess(RejectionReason.InvalidScope, [], []);
    }

    private static IReadOnlyList<string> Allowed(FamilyGrant grant, RotationPolicy policy, IReadOnlyList<string> targets)
    {
        if (policy.MultiResource.Count == 0)
        {
            return grant.Scopes;
        }

        // The scopes of OpenID Connect are granted for every resource server: clients expect an ID token in each response.
        var own = targets.Count == 0 || targets.Any(target => Contains(grant.Resources, target));
        return (own ? grant.Scopes : grant.Scopes.Where(scope => Contains(OpenIdScopes, scope)))
            .Concat(targets.SelectMany(target => PolicyOf(policy, target)?.Scopes ?? []))
            .Distinct(StringComparer.Ordinal)
            .ToArray();
    }

    private static ResourceScopes? PolicyOf(RotationPolicy policy, string resource) =>
        policy.MultiResource.FirstOrDefault(entry => ResourceIdentifier.Same(entry.Resource, resource));

    private static string? Find(IReadOnlyList<string> granted, string asked) => granted.FirstOrDefault(resource => ResourceIdentifier.Same(resource, asked));

    private static bool Contains(IReadOnlyList<string> values, string value) => values.Contains(value, StringComparer.Ordinal);
}
