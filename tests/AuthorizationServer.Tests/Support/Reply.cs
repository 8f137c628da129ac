using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Microsoft.AspNetCore.WebUtilities;

namespace AuthorizationServer.Tests.Support;

/// <summary>What a server answered.</summary>
internal sealed record Reply(HttpStatusCode Status, HttpResponseHeaders Headers, string? ContentType, string Text)
{
    public Uri? Location => Headers.Location;

    public HtmlForm Form => HtmlForm.Find(Text) ?? throw new InvalidOperationException($"No form:\n{Text}");

    public bool AsksForPassword => Text.Contains("name=\"password\"", StringComparison.Ordinal);

    public bool AsksForConsent => Text.Contains("action=\"/consent\"", StringComparison.Ordinal);

    /// <summary>The parameters that a redirection carries.</summary>
    public IReadOnlyDictionary<string, string> Callback =>
        QueryHelpers.ParseQuery(Location?.Query).ToDictionary(pair => pair.Key, pair => pair.Value.ToString(), StringComparer.Ordinal);

    public JsonElement Json => JsonElement.Parse(Text);

    public string? this[string member] => Json.TryGetProperty(member, out var value) ? value.ToString() : null;

    public string Header(string name) => Headers.TryGetValues(name, out var values) ? string.Join(", ", values) : string.Empty;

    public static async Task<Reply> ReadAsync(HttpResponseMessage response) => new(
        response.StatusCode, response.Headers, response.Content.Headers.ContentType?.MediaType, await response.Content.ReadAsStringAsync());
}
