using System.Text.Json;

namespace RefreshTokenRotation.AspNetCore.Management.Internal;

/// <summary>A page by number: an array, or with <c>include_totals</c> an object round it.</summary>
internal static class PagedJson
{
    public static ManagementAnswer Write<T>(string name, Paging paging, int total, IEnumerable<T> items, Action<Utf8JsonWriter, T> write) =>
        ManagementAnswer.Json(json =>
        {
            if (!paging.IncludeTotals)
            {
                json.WriteStartArray();
            }
            else
            {
                json.WriteStartObject();
                json.WriteNumber("start", paging.Start);
                json.WriteNumber("limit", paging.PerPage);
                json.WriteNumber("total", total);
                json.WriteStartArray(name);
            }

            foreach (var item in items)
            {
                write(json, item);
            }

            json.WriteEndArray();
            if (paging.IncludeTotals)
            {
                json.WriteEndObject();
            }
        });
}
