using Microsoft.AspNetCore.Mvc;

namespace RefreshTokenRotation.AspNetCore.Management.Internal.Descriptions;

/// <summary>What the operations read, for API descriptions alone: nothing implements it.</summary>
internal interface IManagementRequests
{
    void GetClient([FromRoute] string id, [FromQuery(Name = "fields")] string? fields = null, [FromQuery(Name = "include_fields")] bool? includeFields = null);

    void PatchClient([FromRoute] string id, [FromBody] ClientPatchDescription body, [FromHeader(Name = "If-Match")] string? ifMatch = null);

    void ById([FromRoute] string id);

    void ByUser([FromQuery(Name = "user_id")] string userId);

    void ListDeviceCredentials(
        [FromQuery(Name = "user_id")] string? userId = null,
        [FromQuery(Name = "client_id")] string? clientId = null,
        [FromQuery(Name = "type")] string? type = null,
        [FromQuery(Name = "page")] int? page = null,
        [FromQuery(Name = "per_page")] int? perPage = null,
        [FromQuery(Name = "include_totals")] bool? includeTotals = null,
        [FromQuery(Name = "fields")] string? fields = null,
        [FromQuery(Name = "include_fields")] bool? includeFields = null);

    void ListGrants(
        [FromQuery(Name = "user_id")] string? userId = null,
        [FromQuery(Name = "client_id")] string? clientId = null,
        [FromQuery(Name = "audience")] string? audience = null,
        [FromQuery(Name = "page")] int? page = null,
        [FromQuery(Name = "per_page")] int? perPage = null,
        [FromQuery(Name = "include_totals")] bool? includeTotals = null);

    void ListRefreshTokens(
        [FromQuery(Name = "user_id")] string userId,
        [FromQuery(Name = "client_id")] string? clientId = null,
        [FromQuery(Name = "from")] string? from = null,
        [FromQuery(Name = "take")] int? take = null);

    void ListOfUser([FromRoute] string id, [FromQuery(Name = "from")] string? from = null, [FromQuery(Name = "take")] int? take = null);

    void PatchRefreshToken([FromRoute] string id, [FromBody] RefreshTokenPatchDescription body);

    void Revoke([FromBody] RevocationDescription body);
}
