using System.Text.Json;

namespace RefreshTokenRotation.AspNetCore.Management.Internal;

/// <summary>Lists and deletes grants.</summary>
internal sealed class GrantEndpoints(ITokenFamilyManager families, AuditTrail trail)
{
    public async ValueTask<ManagementAnswer> ListAsync(ManagementRequest request)
    {
        var query = request.Query("user_id", "client_id", "audience", "page", "per_page", "include_totals");
        var filter = request.Named(query.Text("user_id"), query.Text("client_id"), query.Audience("audience"));
        var paging = Paging.Read(query);
        if (query.Error is not null)
        {
            return query.Refusal;
        }

        if (await GrantScan.FindAsync(families, filter, request.Aborted).ConfigureAwait(false) is not { } grants)
        {
            return ManagementAnswer.BadRequest($"More than {GrantScan.MaxFamilies} refresh tokens match: name a user_id, or a client_id and an audience.");
        }

        return PagedJson.Write("grants", paging, grants.Count, grants.Skip(paging.Start).Take(paging.PerPage), static (json, grant) => Write(json, grant));
    }

    public async ValueTask<ManagementAnswer> DeleteAsync(ManagementRequest request)
    {
        if (!GrantId.TryParse(request.Id, out var id))
        {
            return ManagementAnswer.BadRequest("The id must be the id of a grant, as the list has it.");
        }

        var entry = request.Audit(ManagementOperation.GrantDeleted) with { UserId = id.UserId, ClientId = id.ClientId, Audience = id.Audience };
        await trail.MakeAsync(entry, token => families.RevokeAsync(id.Filter(request.TenantId), cancellationToken: token)).ConfigureAwait(false);
        return ManagementAnswer.NoContent;
    }

    public async ValueTask<ManagementAnswer> DeleteOfUserAsync(ManagementRequest request)
    {
        var query = request.Query("user_id");
        var userId = query.Required("user_id");
        if (query.Error is not null)
        {
            return query.Refusal;
        }

        var filter = TokenFamilyFilter.ForUser(userId!) with { TenantId = request.TenantId };
        var entry = request.Audit(ManagementOperation.UserGrantsDeleted) with { UserId = userId };
        await trail.MakeAsync(entry, token => families.RevokeAsync(filter, cancellationToken: token)).ConfigureAwait(false);
        return ManagementAnswer.NoContent;
    }

    private static void Write(Utf8JsonWriter json, KeyValuePair<GrantId, IReadOnlyList<string>> grant)
    {
        json.WriteStartObject();
        json.WriteString("id", grant.Key.ToString());
        json.WriteString("clientID", grant.Key.ClientId);
        json.WriteString("user_id", grant.Key.UserId);
        json.WriteString("audience", grant.Key.Audience);
        json.WriteStartArray("scope");
        foreach (var scope in grant.Value)
        {
            json.WriteStringValue(scope);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }
}
