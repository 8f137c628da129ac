using System.Text.Json.Serialization;

namespace RefreshTokenRotation.AspNetCore.Internal;

/// <summary>Lists and deletes device credentials: refresh tokens as a user's list of devices has them.</summary>
internal sealed class DeviceCredentialEndpoints(ITokenFamilyManager families, AuditTrail trail, TimeProvider time)
{
    private const string Reusable = "refresh_token";
    private const string Rotating = "rotating_refresh_token";
    private const string PublicKey = "public_key"; // there are none

    public async ValueTask<ManagementAnswer> ListAsync(ManagementRequest request)
    {
        var query = request.Query;
        var paging = Paging.Read(query);
        var fields = FieldSelection.Read<DeviceCredentialBody>(query);
        var type = query.Text("type") ?? (paging.IsAsked ? Reusable : null);
        var filter = request.Named(query.Text("user_id"), query.Text("client_id")) with
        {
            RotationType = type is null ? null : type == Rotating ? RotationType.Rotating : RotationType.NonRotating,
        };
        if (type is not (null or Reusable or Rotating or PublicKey))
        {
            throw new ManagementRefusedException($"The parameter type ('{Texts.Shown(type)}') must be {PublicKey}, {Reusable} or {Rotating}.");
        }

        // A total takes all that the list may show.
        IReadOnlyList<TokenFamilyInfo> found = type == PublicKey ? []
            : (await families.ListAsync(filter, after: null, paging.IncludeTotals ? Paging.MaxResults : paging.End, request.Aborted).ConfigureAwait(false)).Families;
        return paging.Answer("device_credentials", found.Count, found.Select(family => fields.Of(Body(family))));
    }

    /// <summary>Ends the grant of the credential: every family of its user and client at its resource servers.</summary>
    public async ValueTask<ManagementAnswer> DeleteAsync(ManagementRequest request)
    {
        if (!RefreshTokenId.TryParse(request.Id, out var id))
        {
            return ManagementAnswer.DeviceCredentialUnknown;
        }

        var family = await families.FindAsync(id, request.TenantId, request.Aborted).ConfigureAwait(false);
        var entry = request.Audit(ManagementOperation.DeviceCredentialDeleted) with { FamilyIds = [id], UserId = family?.Subject, ClientId = family?.ClientId };
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

    private static DeviceCredentialBody Body(TokenFamilyInfo family) => new(
        RefreshTokenId.Write(family.FamilyId),
        family.LastDevice?.Name ?? family.FirstDevice?.Name,
        DeviceId: null,
        family.RotationType == RotationType.Rotating ? Rotating : Reusable,
        family.Subject,
        family.ClientId);
}

/// <summary>A device credential. Refresh tokens have no <c>device_id</c>.</summary>
internal sealed record DeviceCredentialBody(
    [property: JsonPropertyName("id")] string Id,
    [property: JsonPropertyName("device_name")] string? DeviceName,
    [property: JsonPropertyName("device_id"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? DeviceId,
    [property: JsonPropertyName("type")] string Type,
    [property: JsonPropertyName("user_id")] string UserId,
    [property: JsonPropertyName("client_id")] string ClientId);
