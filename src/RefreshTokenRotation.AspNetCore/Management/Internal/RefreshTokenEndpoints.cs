using System.ComponentModel;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace RefreshTokenRotation.AspNetCore.Internal;

/// <summary>Reads, lists and revokes refresh tokens, and replaces their metadata.</summary>
internal sealed class RefreshTokenEndpoints(ITokenFamilyManager families, AuditTrail trail, TimeProvider time)
{
    private const int MaxTake = 100;
    private const int DefaultTake = 50;

    public async ValueTask<ManagementAnswer> GetAsync(ManagementRequest request) =>
        await FindAsync(request).ConfigureAwait(false) is { } family ? ManagementAnswer.Json(RefreshTokenBody.Of(family)) : ManagementAnswer.RefreshTokenUnknown;

    public async ValueTask<ManagementAnswer> DeleteAsync(ManagementRequest request)
    {
        if (!RefreshTokenId.TryParse(request.Id, out var id))
        {
            return ManagementAnswer.RefreshTokenUnknown;
        }

        var filter = TokenFamilyFilter.ForFamily(id) with { TenantId = request.TenantId };
        var entry = request.Audit(ManagementOperation.RefreshTokenRevoked) with { FamilyIds = [id] };
        await trail.MakeAsync(entry, token => families.RevokeAsync(filter, cancellationToken: token)).ConfigureAwait(false);
        return ManagementAnswer.Accepted;
    }

    public async ValueTask<ManagementAnswer> PatchAsync(ManagementRequest request)
    {
        var body = await request.ReadBodyAsync().ConfigureAwait(false);
        var patch = ManagementJson.Read<RefreshTokenPatchBody>(body);
        if (!body.TryGetProperty(RefreshTokenPatchBody.Name, out _))
        {
            throw ManagementJson.Misshapen<RefreshTokenPatchBody>(body, RefreshTokenPatchBody.Name);
        }

        if (await FindAsync(request).ConfigureAwait(false) is not { } family)
        {
            return ManagementAnswer.RefreshTokenUnknown;
        }

        TokenFamilyInfo? changed = null;
        var entry = request.Audit(ManagementOperation.RefreshTokenMetadataChanged) with { FamilyIds = [family.FamilyId] };
        ArgumentException? outOfBounds = null;
        await trail.TryMakeAsync(entry, ReplaceAsync).ConfigureAwait(false);
        return outOfBounds is not null ? ManagementAnswer.BadRequest(RefreshTokenPatchBody.Translate(outOfBounds))
            : changed is null ? ManagementAnswer.RefreshTokenUnknown
            : ManagementAnswer.Json(RefreshTokenBody.Of(changed));

        async ValueTask<bool> ReplaceAsync(CancellationToken cancellationToken)
        {
            try
            {
                changed = await families.SetMetadataAsync(family.FamilyId, patch.Metadata, request.TenantId, cancellationToken).ConfigureAwait(false);
            }
            catch (ArgumentException fault) when (fault.ParamName == "metadata")
            {
                outOfBounds = fault;
            }

            return changed is not null;
        }
    }

    public ValueTask<ManagementAnswer> ListAsync(ManagementRequest request) =>
        ListAsync(request, "refresh_tokens", request.Named(request.Query.Required("user_id"), request.Query.Text("client_id")));

    public ValueTask<ManagementAnswer> ListOfUserAsync(ManagementRequest request) =>
        ListAsync(request, "tokens", request.Named(request.UserId, clientId: null));

    public async ValueTask<ManagementAnswer> DeleteOfUserAsync(ManagementRequest request)
    {
        var userId = request.UserId;
        var filter = TokenFamilyFilter.ForUser(userId) with { TenantId = request.TenantId };
        var entry = request.Audit(ManagementOperation.UserRefreshTokensRevoked) with { UserId = userId };
        await trail.MakeAsync(entry, token => families.RevokeAsync(filter, cancellationToken: token)).ConfigureAwait(false);
        return ManagementAnswer.Accepted;
    }

    /// <summary>A page. The two lists call it by different names, and clients read theirs.</summary>
    private async ValueTask<ManagementAnswer> ListAsync(ManagementRequest request, string name, TokenFamilyFilter filter)
    {
        var query = request.Query;
        var from = query.Cursor("from");
        var take = query.Number("take", 1, MaxTake, DefaultTake);
        var fields = FieldSelection.Read<RefreshTokenBody>(query);
        query.Flag("include_totals", otherwise: false); // clients send it; a list with cursors counts nothing
        var page = await families.ListAsync(filter, from, take, request.Aborted).ConfigureAwait(false);
        JsonArray tokens = [.. page.Families.Select(family => fields.Of(RefreshTokenBody.Of(family)))];
        return ManagementAnswer.Json<JsonNode>(new JsonObject { [name] = tokens, ["next"] = page.Next?.ToString() });
    }

    /// <summary>A family that has ended is kept, to recognize its tokens, but it is no refresh token any more.</summary>
    private async ValueTask<TokenFamilyInfo?> FindAsync(ManagementRequest request)
    {
        var family = RefreshTokenId.TryParse(request.Id, out var id) ? await families.FindAsync(id, request.TenantId, request.Aborted).ConfigureAwait(false) : null;
        return family?.GetState(time.GetUtcNow()) == FamilyState.Active ? family : null;
    }
}

/// <summary>A refresh token. Nothing of it is secret.</summary>
internal sealed record RefreshTokenBody(
    [property: JsonPropertyName("id")] string Id,
    [property: JsonPropertyName("user_id")] string UserId,
    [property: JsonPropertyName("client_id")] string ClientId,
    [property: JsonPropertyName("session_id")] string? SessionId,
    [property: JsonPropertyName("rotating")] bool Rotating,
    [property: JsonPropertyName("created_at")] DateTime CreatedAt,
    [property: JsonPropertyName("expires_at")] DateTime? ExpiresAt,
    [property: JsonPropertyName("idle_expires_at")] DateTime? IdleExpiresAt,
    [property: JsonPropertyName("last_exchanged_at")] DateTime? LastExchangedAt,
    [property: JsonPropertyName("device")] DeviceBody Device,
    [property: JsonPropertyName("resource_servers")] IReadOnlyList<ResourceServerBody> ResourceServers,
    [property: JsonPropertyName(RefreshTokenPatchBody.Name)] IReadOnlyDictionary<string, string> Metadata)
{
    public static RefreshTokenBody Of(TokenFamilyInfo family)
    {
        // The granted scope holds for every resource server. A family for none shows its scope under an empty audience.
        var scopes = string.Join(' ', family.Scopes);
        var last = family.LastDevice ?? family.FirstDevice;
        return new(
            RefreshTokenId.Write(family.FamilyId),
            family.Subject,
            family.ClientId,
            family.SessionId,
            family.RotationType == RotationType.Rotating,
            family.CreatedAt.UtcDateTime,
            family.AbsoluteExpiresAt?.UtcDateTime,
            family.IdleExpiresAt?.UtcDateTime,
            family.LastUsedAt?.UtcDateTime,
            new(family.FirstDevice?.IpAddress, family.FirstDevice?.UserAgent, last?.IpAddress, last?.UserAgent),
            [.. GrantScan.GrantsOf(family).Select(grant => new ResourceServerBody(grant.Audience, scopes))],
            family.Metadata);
    }
}

/// <summary>The first and the last device of a refresh token.</summary>
internal sealed record DeviceBody(
    [property: JsonPropertyName("initial_ip")] string? InitialIp,
    [property: JsonPropertyName("initial_user_agent")] string? InitialUserAgent,
    [property: JsonPropertyName("last_ip")] string? LastIp,
    [property: JsonPropertyName("last_user_agent")] string? LastUserAgent);

/// <summary>What a refresh token is good for at a resource server.</summary>
internal sealed record ResourceServerBody(
    [property: JsonPropertyName("audience")] string Audience,
    [property: JsonPropertyName("scopes")] string Scopes);

/// <summary>A page of refresh tokens, for API descriptions: the names of its members depend on the list.</summary>
internal sealed record RefreshTokenPageBody(
    [property: JsonPropertyName("refresh_tokens")] RefreshTokenBody[] RefreshTokens,
    [property: JsonPropertyName("next")] string? Next);

/// <summary>A page of a user's refresh tokens, for API descriptions.</summary>
internal sealed record UserRefreshTokenPageBody(
    [property: JsonPropertyName("tokens")] RefreshTokenBody[] Tokens,
    [property: JsonPropertyName("next")] string? Next);

/// <summary>The body that changes a refresh token.</summary>
internal sealed record RefreshTokenPatchBody
{
    public const string Name = "refresh_token_metadata";

    [JsonPropertyName(Name)]
    [Description("an object of texts, which replaces all metadata, or null")]
    public Dictionary<string, string>? Metadata { get; init; }

    /// <summary>The library's message with the member's name.</summary>
    public static string Translate(ArgumentException fault) => "refresh_token_" + fault.Message.Replace(" (Parameter 'metadata')", string.Empty, StringComparison.Ordinal);
}
