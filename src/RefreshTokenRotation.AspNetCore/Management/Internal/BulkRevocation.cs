using System.Text.Json;
using System.Text.Json.Serialization;

namespace RefreshTokenRotation.AspNetCore.Internal;

/// <summary>Revokes many refresh tokens: those of a list of ids, of a user, of a user at a client, or of a grant.</summary>
internal sealed class BulkRevocation(ITokenFamilyManager families, AuditTrail trail)
{
    private const int MaxIds = 100;
    private const string Choice = "Name exactly one of: ids; user_id; user_id and client_id; user_id, client_id and audience.";

    public async ValueTask<ManagementAnswer> HandleAsync(ManagementRequest request)
    {
        var (body, unreadable) = await request.ReadBodyAsync().ConfigureAwait(false);
        if (unreadable is not null)
        {
            return unreadable;
        }

        var members = new JsonMembers(body, "ids", "user_id", "client_id", "audience");
        var ids = ReadIds(members);
        var (userId, clientId, audience) = (members.Text("user_id"), members.Text("client_id"), ReadAudience(members));
        if (members.Error is null && !IsOneChoice(ids, userId, clientId, audience))
        {
            members.Fail(Choice);
        }

        if (members.Error is { } error)
        {
            return ManagementAnswer.BadRequest(error);
        }

        var entry = request.Audit(ManagementOperation.RefreshTokensRevoked) with
        {
            FamilyIds = ids ?? [],
            UserId = userId,
            ClientId = clientId,
            Audience = audience,
        };
        var filter = new TokenFamilyFilter { TenantId = request.TenantId, Subject = userId, ClientId = clientId, Resource = audience };
        await trail.MakeAsync(entry, token => ids is null ? families.RevokeAsync(filter, cancellationToken: token) : RevokeAsync(filter, ids, token))
            .ConfigureAwait(false);
        return ManagementAnswer.Accepted;
    }

    private async ValueTask<long> RevokeAsync(TokenFamilyFilter filter, IReadOnlyList<Guid> ids, CancellationToken cancellationToken)
    {
        var count = 0L;
        foreach (var id in ids)
        {
            count += await families.RevokeAsync(filter with { FamilyId = id }, cancellationToken: cancellationToken).ConfigureAwait(false);
        }

        return count;
    }

    private static bool IsOneChoice(Guid[]? ids, string? userId, string? clientId, string? audience) =>
        ids is not null
            ? userId is null && clientId is null && audience is null
            : userId is not null && (audience is null || clientId is not null);

    /// <summary>An empty audience means families for no resource server.</summary>
    private static string? ReadAudience(JsonMembers members) =>
        members.TryGet("audience", out var value) && value.ValueKind == JsonValueKind.String && value.ValueEquals(string.Empty)
            ? TokenFamilyFilter.NoResource
            : members.Text("audience", RequestLimits.ResourceLength);

    private static Guid[]? ReadIds(JsonMembers members)
    {
        if (!members.TryGet("ids", out var value))
        {
            return null;
        }

        if (value.ValueKind != JsonValueKind.Array || value.GetArrayLength() is < 1 or > MaxIds)
        {
            members.Fail($"ids must be an array of 1 to {MaxIds} ids.");
            return [];
        }

        var ids = new List<Guid>();
        foreach (var element in value.EnumerateArray())
        {
            if (element.ValueKind != JsonValueKind.String || !FamilyIds.TryParse(element.GetString(), out var id))
            {
                members.Fail($"Each of ids {FamilyIds.Malformed}.");
                return [];
            }

            ids.Add(id);
        }

        return [.. ids.Distinct()];
    }
}

/// <summary>The body of a bulk revocation, for API descriptions.</summary>
internal sealed record RevocationDescription(
    [property: JsonPropertyName("ids")] string[]? Ids,
    [property: JsonPropertyName("user_id")] string? UserId,
    [property: JsonPropertyName("client_id")] string? ClientId,
    [property: JsonPropertyName("audience")] string? Audience);
