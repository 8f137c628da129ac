using System.Buffers.Text;
using System.Text;
using System.Text.Json.Serialization;

namespace RefreshTokenRotation.AspNetCore.Internal;

/// <summary>Lists and deletes grants.</summary>
internal sealed class GrantEndpoints(ITokenFamilyManager families, ApiResolver apis, AuditTrail trail)
{
    public async ValueTask<ManagementAnswer> ListAsync(ManagementRequest request)
    {
        var query = request.Query;
        var filter = request.Named(query.Text("user_id"), query.Text("client_id"), query.Audience("audience"));
        var paging = Paging.Read(query);
        filter = filter with { Resource = await apis.FindSpellingAsync(filter.Resource, request.TenantId, request.Aborted).ConfigureAwait(false) };
        if (await GrantScan.FindAsync(families, filter, request.Aborted).ConfigureAwait(false) is not { } grants)
        {
            return ManagementAnswer.BadRequest($"More than {GrantScan.MaxFamilies} refresh tokens match: name a user_id, or a client_id and an audience.");
        }

        return paging.Answer("grants", grants.Count, grants.Select(static grant => ManagementJson.Node(
            new GrantBody(grant.Key.ToString(), grant.Key.ClientId, grant.Key.UserId, grant.Key.Audience, grant.Value))));
    }

    public async ValueTask<ManagementAnswer> DeleteAsync(ManagementRequest request)
    {
        if (!GrantId.TryParse(request.Id, out var id))
        {
            return ManagementAnswer.GrantUnknown;
        }

        var entry = request.Audit(ManagementOperation.GrantDeleted) with { UserId = id.UserId, ClientId = id.ClientId, Audience = id.Audience };
        await trail.MakeAsync(entry, token => families.RevokeAsync(id.Filter(request.TenantId), cancellationToken: token)).ConfigureAwait(false);
        return ManagementAnswer.NoContent;
    }

    public async ValueTask<ManagementAnswer> DeleteOfUserAsync(ManagementRequest request)
    {
        var userId = request.Query.Required("user_id");
        var filter = TokenFamilyFilter.ForUser(userId) with { TenantId = request.TenantId };
        var entry = request.Audit(ManagementOperation.UserGrantsDeleted) with { UserId = userId };
        await trail.MakeAsync(entry, token => families.RevokeAsync(filter, cancellationToken: token)).ConfigureAwait(false);
        return ManagementAnswer.NoContent;
    }
}

/// <summary>A grant.</summary>
internal sealed record GrantBody(
    [property: JsonPropertyName("id")] string Id,
    [property: JsonPropertyName("clientID")] string ClientId,
    [property: JsonPropertyName("user_id")] string UserId,
    [property: JsonPropertyName("audience")] string Audience,
    [property: JsonPropertyName("scope")] IReadOnlyList<string> Scope);

/// <summary>What a user allowed a client at a resource server. Grants are not stored: they are what active families have in common.</summary>
/// <param name="UserId">The user.</param>
/// <param name="ClientId">The client.</param>
/// <param name="Audience">The resource server; empty for none.</param>
internal readonly record struct GrantId(string UserId, string ClientId, string Audience)
{
    private const char Separator = '\0'; // no identifier holds one
    private const int MaxLength = 4 * (RequestLimits.IdentifierLength + RequestLimits.IdentifierLength + RequestLimits.ResourceLength + 2);

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public TokenFamilyFilter Filter(string tenantId) => TokenFamilyFilter.ForGrant(UserId, ClientId, Audience) with { TenantId = tenantId };

    /// <summary>A text that is the same on every node and after every start. It hides nothing.</summary>
    public override string ToString() => Base64Url.EncodeToString(Strict.GetBytes($"{UserId}{Separator}{ClientId}{Separator}{Audience}"));

    public static bool TryParse(string text, out GrantId id)
    {
        id = default;
        if (text.Length > MaxLength || !Base64Url.IsValid(text))
        {
            return false;
        }

        string[] parts;
        try
        {
            parts = Strict.GetString(Base64Url.DecodeFromChars(text)).Split(Separator);
        }
        catch (Exception malformed) when (malformed is FormatException or ArgumentException)
        {
            return false;
        }

        if (parts is not [{ } userId, { } clientId, { } audience]
            || !TextForm.IsFit(userId)
            || !TextForm.IsFit(clientId)
            || (audience.Length > 0 && !TextForm.IsFit(audience, RequestLimits.ResourceLength)))
        {
            return false;
        }

        id = new GrantId(userId, clientId, audience);
        return id.ToString() == text; // one text for one grant
    }
}

/// <summary>Finds grants by walking through the active families, oldest log-in first.</summary>
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

    /// <summary>A family for several resource servers is a grant at each.</summary>
    public static IEnumerable<GrantId> GrantsOf(TokenFamilyInfo family) =>
        (family.Resources.Count == 0 ? [TokenFamilyFilter.NoResource] : family.Resources).Select(resource => new GrantId(family.Subject, family.ClientId, resource));

    private static IReadOnlyList<string> Join(IReadOnlyList<string> known, IReadOnlyList<string> more) =>
        more.All(scope => known.Contains(scope, StringComparer.Ordinal)) ? known : [.. known.Union(more, StringComparer.Ordinal)];
}
