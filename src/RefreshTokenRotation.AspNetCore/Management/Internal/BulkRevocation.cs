using System.ComponentModel;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json.Serialization;
using Microsoft.Extensions.Options;

namespace RefreshTokenRotation.AspNetCore.Internal;

/// <summary>Revokes many refresh tokens: those of a list of ids, of a user, of a client, of both, or of a grant; and a user's access, sessions included.</summary>
internal sealed class BulkRevocation(ITokenFamilyManager families, ApiResolver apis, AuditTrail trail, IOptions<RefreshTokenEndpointOptions> options)
{
    private const string Choice = "Name exactly one of: ids; user_id; client_id; user_id and client_id; user_id, client_id and audience.";
    private const string Nothing = "preserve_refresh_tokens (true) leaves nothing to revoke: this server keeps no sessions besides its refresh tokens.";

    public async ValueTask<ManagementAnswer> HandleAsync(ManagementRequest request)
    {
        var body = ManagementJson.Read<BulkRevocationBody>(await request.ReadBodyAsync().ConfigureAwait(false));
        if (Check(body) is { } error)
        {
            return ManagementAnswer.BadRequest(error);
        }

        var audience = await apis.FindSpellingAsync(body.Audience, request.TenantId, request.Aborted).ConfigureAwait(false);
        var filter = new TokenFamilyFilter { TenantId = request.TenantId, Subject = body.UserId, ClientId = body.ClientId, Resource = audience };
        var entry = request.Audit(ManagementOperation.RefreshTokensRevoked) with
        {
            FamilyIds = body.Families ?? [],
            UserId = body.UserId,
            ClientId = body.ClientId,
            Audience = audience,
        };
        await trail.MakeAsync(entry, token => RevokeAsync(filter, body.Families, token)).ConfigureAwait(false);
        return ManagementAnswer.Accepted;
    }

    /// <summary>Ends one session of a user, or all, with their refresh tokens unless these are to stay.</summary>
    public async ValueTask<ManagementAnswer> RevokeAccessAsync(ManagementRequest request)
    {
        var document = await request.ReadBodyAsync().ConfigureAwait(false);
        var userId = request.UserId;
        var body = ManagementJson.Read<AccessRevocationBody>(document);
        if (Texts.Check("session_id", body.SessionId, RequestLimits.IdentifierLength) is { } error)
        {
            return ManagementAnswer.BadRequest(error);
        }

        var endSessions = options.Value.EndSessions;
        if (body.PreserveRefreshTokens && endSessions is null)
        {
            return ManagementAnswer.BadRequest(Nothing);
        }

        var entry = request.Audit(ManagementOperation.UserAccessRevoked) with { UserId = userId, SessionId = body.SessionId };
        await trail.MakeAsync(entry, RevokeAsync).ConfigureAwait(false);
        return ManagementAnswer.Accepted;

        // Sessions first: an active one could get new tokens.
        async ValueTask<long> RevokeAsync(CancellationToken cancellationToken)
        {
            if (endSessions is not null)
            {
                await endSessions(request.Http.HttpContext, userId, body.SessionId).ConfigureAwait(false);
            }

            var filter = TokenFamilyFilter.ForUser(userId) with { TenantId = request.TenantId, SessionId = body.SessionId };
            return body.PreserveRefreshTokens ? 0 : await families.RevokeAsync(filter, cancellationToken: cancellationToken).ConfigureAwait(false);
        }
    }

    private async ValueTask<long> RevokeAsync(TokenFamilyFilter filter, IReadOnlyList<Guid>? ids, CancellationToken cancellationToken)
    {
        if (ids is null)
        {
            return await families.RevokeAsync(filter, cancellationToken: cancellationToken).ConfigureAwait(false);
        }

        var count = 0L;
        foreach (var id in ids)
        {
            count += await families.RevokeAsync(filter with { FamilyId = id }, cancellationToken: cancellationToken).ConfigureAwait(false);
        }

        return count;
    }

    private static string? Check(BulkRevocationBody body) =>
        Texts.Check("user_id", body.UserId, RequestLimits.IdentifierLength)
        ?? Texts.Check("client_id", body.ClientId, RequestLimits.IdentifierLength)
        ?? (body.Audience is { Length: 0 } ? null : Texts.Check("audience", body.Audience, RequestLimits.ResourceLength))
        ?? (body.Ids is { Length: 0 or > BulkRevocationBody.MaxIds } ? $"ids must be {BulkRevocationBody.IdsForm}." : null)
        ?? (body.Ids is not null && body.Families is null ? $"Each of ids {RefreshTokenId.Malformed}." : null)
        ?? (IsOneChoice(body) ? null : Choice);

    private static bool IsOneChoice(BulkRevocationBody body) =>
        body.Ids is not null ? body is { UserId: null, ClientId: null, Audience: null }
            : body.Audience is null ? body.UserId is not null || body.ClientId is not null
            : body.UserId is not null && body.ClientId is not null;
}

/// <summary>The body of a bulk revocation. An empty audience means families for no resource server.</summary>
internal sealed record BulkRevocationBody
{
    public const int MaxIds = 100;
    public const string IdsForm = "an array of 1 to 100 ids";

    [JsonPropertyName("ids"), DisallowNull, Description(IdsForm)]
    public string[]? Ids { get; init; }

    [JsonPropertyName("user_id"), DisallowNull, Description(Texts.Identifier)]
    public string? UserId { get; init; }

    [JsonPropertyName("client_id"), DisallowNull, Description(Texts.Identifier)]
    public string? ClientId { get; init; }

    [JsonPropertyName("audience"), DisallowNull, Description("a text of 0 to 600 characters without control characters")]
    public string? Audience { get; init; }

    /// <summary>The ids, each once; null if none are named, or one of them is none.</summary>
    [JsonIgnore]
    public IReadOnlyList<Guid>? Families =>
        Ids is not null && Ids.All(static id => RefreshTokenId.TryParse(id, out _))
            ? [.. Ids.Select(static id => Guid.Parse(id, CultureInfo.InvariantCulture)).Distinct()]
            : null;
}

/// <summary>The body that revokes a user's access.</summary>
internal sealed record AccessRevocationBody
{
    [JsonPropertyName("session_id"), DisallowNull, Description(Texts.Identifier)]
    public string? SessionId { get; init; }

    [JsonPropertyName("preserve_refresh_tokens"), Description("true or false")]
    public bool PreserveRefreshTokens { get; init; }
}
