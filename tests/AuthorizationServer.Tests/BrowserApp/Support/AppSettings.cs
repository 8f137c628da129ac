using System.Text.Json;

namespace AuthorizationServer.Tests.BrowserApp.Support;

/// <summary>What the visitor has chosen on the app's page before a test begins.</summary>
internal sealed record AppSettings
{
    public string Client { get; init; } = "spa";

    public string Audience { get; init; } = "https://api1";

    public string Storage { get; init; } = Memory;

    public string Body { get; init; } = "form";

    public bool Fallback { get; init; }

    public bool Multi { get; init; }

    public string? Server { get; init; }

    public const string Memory = "memory";

    public const string LocalStorage = "localstorage";

    public string ToJson() => JsonSerializer.Serialize(this, Web);

    private static readonly JsonSerializerOptions Web = new(JsonSerializerDefaults.Web);
}
