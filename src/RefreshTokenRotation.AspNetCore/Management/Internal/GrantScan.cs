namespace RefreshTokenRotation.AspNetCore.Management.Internal;

/// <summary>Finds grants by walking through the living families, oldest log-in first.</summary>
internal static class GrantScan
{
    /// <summary>A request reads no more families than this.</summary>
    public const int MaxFamilies = 10_000;

    /// <summary>The grants with the scope of all their families, or null if too many families match.</summary>
    public static async ValueTask<IReadOnlyList<KeyValuePair<GrantId, IReadOnlyList<string>>>?> FindAsync(
        ITokenFamilyManager families, TokenFamilyFilter filter, CancellationToken cancellationToken)
    {
        var grants = new OrderedDictionary<GrantId, IReadOnlyList<string>>();
        TokenFamilyCursor? after = null;
        for (var read = 0; read < MaxFamilies; read += RequestLimits.PageSize)
        {
            var page = await families.ListAsync(filter, after, RequestLimits.PageSize, cancellationToken).ConfigureAwait(false);
            foreach (var family in page.Families)
            {
                foreach (var id in GrantsOf(family))
                {
                    if (filter.Resource is null || filter.Resource == id.Audience)
                    {
                        grants[id] = grants.TryGetValue(id, out var scopes) ? Join(scopes, family.Scopes) : family.Scopes;
                    }
                }
            }

            if (page.Next is null)
            {
                return [.. grants];
            }

            after = page.Next;
        }

        return null;
    }

    /// <summary>A family for several resource servers stands for a grant at each.</summary>
    public static IEnumerable<GrantId> GrantsOf(TokenFamilyInfo family)
    {
        if (family.Resources.Count == 0)
        {
            return [new GrantId(family.Subject, family.ClientId, TokenFamilyFilter.NoResource)];
        }

        return family.Resources.Select(resource => new GrantId(family.Subject, family.ClientId, resource));
    }

    private static IReadOnlyList<string> Join(IReadOnlyList<string> known, IReadOnlyList<string> more) =>
        more.All(scope => known.Contains(scope, StringComparer.Ordinal)) ? known : [.. known.Union(more, StringComparer.Ordinal)];
}
