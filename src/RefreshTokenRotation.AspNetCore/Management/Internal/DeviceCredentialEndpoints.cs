using System.Text.Json;
using System.Text.Json.Serialization;

namespace RefreshTokenRotation.AspNetCore.Internal;

/// <summary>Lists and deletes device credentials: refresh tokens as a user's list of devices has them.</summary>
internal sealed class DeviceCredentialEndpoints(ITokenFamilyManager families, AuditTrail trail, TimeProvider time)
{
    private const string Reusable = "refresh_token";
    private const string Rotating = "rotating_refresh_token";

    public async ValueTask<ManagementAnswer> ListAsync(ManagementRequest request)
    {
        var query = request.Query("user_id", "client_id", "type", "page", "per_page", "include_totals", "fields", "include_fields");
        var paging = Paging.Read(query);
        var fields = FieldSelection.Read(query, "id", "device_name", "type", "user_id", "client_id");
        var filter = request.Named(query.Text("user_id"), query.Text("client_id")) with { RotationType = KindOf(query, paging) };
        if (query.Error is not null)
        {
            return query.Refusal;
        }

        // A total takes all that the list may show.
        var limit = paging.IncludeTotals ? Paging.MaxResults : paging.End;
        var page = await families.ListAsync(filter, after: null, limit, request.Aborted).ConfigureAwait(false);
        return PagedJson.Write(
            "device_credentials",
            paging,
            page.Families.Count,
            page.Families.Skip(paging.Start).Take(paging.PerPage),
            (json, family) => Write(json, family, fields));
    }

    /// <summary>Ends the grant of the credential: every family of its user and client at its resource servers.</summary>
    public async ValueTask<ManagementAnswer> DeleteAsync(ManagementRequest request)
    {
        if (!FamilyIds.TryParse(request.Id, out var id))
        {
            return ManagementAnswer.BadRequest($"The id {FamilyIds.Malformed}.");
        }

        var entry = request.Audit(ManagementOperation.DeviceCredentialDeleted) with { FamilyIds = [id] };
        var family = await families.FindAsync(id, request.TenantId, request.Aborted).ConfigureAwait(false);
        if (family is not null)
        {
            entry = entry with { UserId = family.Subject, ClientId = family.ClientId };
        }

        await trail.MakeAsync(entry, token => EndGrantsAsync(request.TenantId, family, token)).ConfigureAwait(false);
        return ManagementAnswer.NoContent;
    }

    private async ValueTask<long> EndGrantsAsync(string tenantId, TokenFamilyInfo? family, CancellationToken cancellationToken)
    {
        if (family is null || family.GetState(time.GetUtcNow()) == FamilyState.Expired)
        {
            return 0;
        }

        var count = 0L;
        foreach (var grant in GrantScan.GrantsOf(family))
        {
            // Somebody who deletes a credential a second time, because the first answer was lost, does not mean a later log-in.
            var filter = grant.Filter(tenantId) with { CreatedNoLaterThan = family.RevokedAt };
            count += await families.RevokeAsync(filter, cancellationToken: cancellationToken).ConfigureAwait(false);
        }

        return count;
    }

    private static RotationType? KindOf(QueryReader query, Paging paging)
    {
        switch (query.Text("type"))
        {
            case Reusable:
            case null when paging.IsAsked:
                return RotationType.NonRotating;
            case Rotating:
                return RotationType.Rotating;
            case null:
                return null;
            case var other:
                query.Fail($"The parameter type ('{Texts.Shown(other)}') must be {Reusable} or {Rotating}.");
                return null;
        }
    }

    private static void Write(Utf8JsonWriter json, TokenFamilyInfo family, FieldSelection fields)
    {
        json.WriteStartObject();
        fields.Write(json, "id", FamilyIds.Write(family.FamilyId));
        fields.Write(json, "device_name", family.LastDevice?.Name ?? family.FirstDevice?.Name);
        fields.Write(json, "type", family.RotationType == RotationType.Rotating ? Rotating : Reusable);
        fields.Write(json, "user_id", family.Subject);
        fields.Write(json, "client_id", family.ClientId);
        json.WriteEndObject();
    }
}

/// <summary>The members of a device credential, for API descriptions.</summary>
internal sealed record DeviceCredentialDescription(
    [property: JsonPropertyName("id")] string Id,
    [property: JsonPropertyName("device_name")] string? DeviceName,
    [property: JsonPropertyName("type")] string Type,
    [property: JsonPropertyName("user_id")] string UserId,
    [property: JsonPropertyName("client_id")] string ClientId);
