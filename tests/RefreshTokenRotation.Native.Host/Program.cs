using System.Text.Json;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Options;
using RefreshTokenRotation;
using RefreshTokenRotation.AspNetCore;
using RefreshTokenRotation.Jwt;
using RefreshTokenRotation.Native.Host;
using RefreshTokenRotation.PostgreSql;

// A native web host whose options come from appsettings.json: a log-in, a refresh and a replay over HTTP. It ends with 1 if anything went another way.
// Argument: the connection string of PostgreSQL.
var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
builder.WebHost.UseUrls("http://127.0.0.1:0");
builder.Services.AddRefreshTokenRotation().UsePostgreSql(args[0]).UseJwtAccessTokens().AddEndpoints().AddGrantTypeHandler<PasswordGrantHandler>();
builder.Services.Configure<RefreshTokenRotationOptions>(builder.Configuration.GetSection("Rotation"));
builder.Services.Configure<JwtAccessTokenOptions>(builder.Configuration.GetSection("Jwt"));
builder.Services.Configure<RefreshTokenEndpointOptions>(builder.Configuration.GetSection("Endpoints"));
builder.Services.Configure<PostgreSqlStoreOptions>(builder.Configuration.GetSection("Store"));
await using var app = builder.Build();
app.MapRefreshTokenRotation();
await app.StartAsync();

RequireSettings(app.Services);
var address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
using var client = new HttpClient { BaseAddress = new Uri(address) };
using var login = await PostAsync(200, "log-in", ("grant_type", "password"), ("username", "alice"), ("scope", "read offline_access"));
var first = login.RootElement.GetProperty("refresh_token").GetString()!;
Require(first.StartsWith("ntv_", StringComparison.Ordinal), "the prefix was not bound");
Require(login.RootElement.GetProperty("expires_in").GetInt32() == 300, "the access token's lifetime was not bound");
using var refresh = await PostAsync(200, "refresh", ("grant_type", "refresh_token"), ("refresh_token", first));
var second = refresh.RootElement.GetProperty("refresh_token").GetString()!;
Require(second != first, "the token was not rotated");
using var replay = await PostAsync(403, "replay", ("grant_type", "refresh_token"), ("refresh_token", first));
using var after = await PostAsync(403, "newest token", ("grant_type", "refresh_token"), ("refresh_token", second));
var metadata = await client.GetStringAsync(new Uri("/.well-known/oauth-authorization-server", UriKind.Relative));
Require(metadata.Contains("\"ES256\"", StringComparison.Ordinal), "the metadata name no key");
Console.WriteLine("log-in, refresh and replay went as they should");

async Task<JsonDocument> PostAsync(int status, string what, params (string Name, string Value)[] form)
{
    using var content = new FormUrlEncodedContent(form.Append(("client_id", "cli")).Select(entry => KeyValuePair.Create(entry.Item1, entry.Item2)));
    using var response = await client.PostAsync(new Uri("/token", UriKind.Relative), content);
    var text = await response.Content.ReadAsStringAsync();
    Require((int)response.StatusCode == status, $"the {what} was answered with {response.StatusCode}: {text}");
    return JsonDocument.Parse(text);
}

// The generator leaves out what it can't set, without a word.
static void RequireSettings(IServiceProvider services)
{
    var rotation = services.GetRequiredService<IOptions<RefreshTokenRotationOptions>>().Value;
    var policy = rotation.ClientPolicies["cli"];
    var endpoints = services.GetRequiredService<IOptions<RefreshTokenEndpointOptions>>().Value;
    Require(rotation.FormerTokenPrefixes is ["old_"], "FormerTokenPrefixes was not bound");
    Require(rotation.DefaultPolicy.IdleLifetime == TimeSpan.FromDays(2) && rotation.DefaultPolicy.ActiveCap == 5, "DefaultPolicy was not bound");
    // A colon in a key would split it: resources that are URIs come by AddRefreshTokenRotation(IConfiguration), whose resource policies are a list.
    Require(rotation.ResourcePolicies["reports-api"].ActiveCap == 3, "ResourcePolicies was not bound");
    Require(policy.IdleLifetime == TimeSpan.FromDays(1), "a client's policy was not bound");
    Require(policy.MultiResource is [{ Resource: "https://reports.example/", Scopes: ["read", "export"] }], "MultiResource was not bound");
    Require(endpoints.Clients is [{ AllowedOrigins: ["https://app.example"], Properties.Count: 1 }], "a client was not bound");
    Require(endpoints.Apis is [{ Scopes: ["read"], AllowOfflineAccess: true }], "an API was not bound");
    Require(services.GetRequiredService<IOptions<PostgreSqlStoreOptions>>().Value.TableName == "native_families", "the store's options were not bound");
}

static void Require(bool holds, string otherwise)
{
    if (!holds)
    {
        Console.Error.WriteLine(otherwise);
        Environment.Exit(1);
    }
}
