using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using RefreshTokenRotation.AspNetCore;

namespace RefreshTokenRotation.Client.Harness;

/// <summary>A real authorization server and a protected API on a free port of the loopback. The only file that uses the server's side.</summary>
internal sealed class AuthServer : IAsyncDisposable
{
    public const string ClientId = "app";
    public const string SecretClientId = "web";
    public const string DeviceClientId = "tv";
    public const string Secret = "p+q %41&=:ü";
    public const string KeyClientId = "service";
    public const string NamedIssuer = "https://login.example/";
    public const string Api1 = "https://api1.example/";
    public const string Api2 = "https://api2.example/";

    private readonly WebApplication _app;
    private readonly Issuer _issuer;
    private readonly Counter _counter;

    private AuthServer(WebApplication app, Issuer issuer, Counter counter)
    {
        (_app, _issuer, _counter) = (app, issuer, counter);
        Address = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
    }

    public Uri Address { get; }

    public Uri TokenEndpoint => new(Address, "/oauth/token");

    public Uri McpEndpoint => new(Address, McpEcho.Path);

    /// <summary>Successful exchanges, by the server's own count of what it issued.</summary>
    public long Exchanges => _issuer.Count;

    public long Reuses => Interlocked.Read(ref _counter.Reuses);

    /// <summary>Stands before the token endpoint: may drop, delay, repeat or replace what passes. Gets what goes on.</summary>
    public Func<HttpContext, RequestDelegate, Task>? Gate { get; set; }

    public static async Task<AuthServer> StartAsync(RotationPolicy policy, TimeProvider? time = null, string? keySet = null, bool requireNonce = false, bool stateLeeway = false)
    {
        var (issuer, counter) = (new Issuer(), new Counter());
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(static options => options.Listen(System.Net.IPAddress.Loopback, 0));
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton(time ?? TimeProvider.System).AddSingleton<IAccessTokenIssuer>(issuer).AddSingleton<IRefreshTokenEventHandler>(counter);
        builder.Services.AddRefreshTokenRotation(options => options.DefaultPolicy = policy)
            .AddEndpoints(options =>
            {
                options.StateLeeway = stateLeeway;
                options.Clients.Add(new OAuthClient { ClientId = ClientId, GrantTypes = ["refresh_token", LogIn.Type] });
                options.Clients.Add(new OAuthClient { ClientId = DeviceClientId, GrantTypes = ["refresh_token", DeviceLogIn.Type] });
                options.Clients.Add(new OAuthClient { ClientId = SecretClientId, AuthenticationMethod = ClientAuthenticationMethod.ClientSecret, SecretHashes = [ClientSecret.Hash(Secret)] });
                if (keySet is not null)
                {
                    options.Issuer = NamedIssuer;
                    options.Clients.Add(new OAuthClient { ClientId = KeyClientId, AuthenticationMethod = ClientAuthenticationMethod.PrivateKeyJwt, JsonWebKeySet = keySet });
                }

                options.ConfigureMetadata = static (_, document) =>
                {
                    document["device_authorization_endpoint"] = "/device";
                    document["authorization_endpoint"] = "/authorize"; // MCP clients ask for all three, and never get there
                    document["response_types_supported"] = new System.Text.Json.Nodes.JsonArray("code");
                    document["code_challenge_methods_supported"] = new System.Text.Json.Nodes.JsonArray("S256");
                };
                options.Apis.Add(new OAuthApi { Audience = Api1, AllowOfflineAccess = true });
                options.Apis.Add(new OAuthApi { Audience = Api2, AllowOfflineAccess = true });
            })
            .AddDPoP(options => options.RequireNonce = requireNonce)
            .AddGrantTypeHandler<LogIn>()
            .AddGrantTypeHandler<DeviceLogIn>(ServiceLifetime.Singleton);
        McpEcho.Add(builder.Services);
        var app = builder.Build();
        AuthServer? server = null;
        app.Use(next => context => server?.Gate is { } gate && context.Request.Path.StartsWithSegments("/oauth/token", StringComparison.Ordinal) ? gate(context, next) : next(context));
        app.MapRefreshTokenRotation();
        app.Map("/api/{**rest}", issuer.AnswerAsync);
        McpEcho.Map(app, async token => await issuer.ValidateAsync(token, CancellationToken.None) is not null);
        app.MapPost("/device", static () => Results.Text(
            $$"""{"device_code":"{{Guid.NewGuid()}}","user_code":"U-1","verification_uri":"http://localhost/activate","interval":1}""", "application/json"));
        app.Map("/bound", static async (HttpContext context, AccessTokenVerifier verifier) =>
            await verifier.VerifyAsync(context, context.RequestAborted) is AccessTokenVerification.Rejected refusal ? refusal : Results.Text("proved"));
        await app.StartAsync();
        return server = new AuthServer(app, issuer, counter);
    }

    /// <summary>Starts a family for <c>alice</c>.</summary>
    public async Task<string> IssueAsync(string clientId = ClientId, string scope = "read write offline_access", params string[] resources)
    {
        var issued = await _app.Services.GetRequiredService<IRefreshTokenService>().IssueAsync(
            new IssueRequest { Subject = "alice", ClientId = clientId, Scopes = scope.Split(' '), Resources = resources.Length > 0 ? resources : [Api1, Api2] });
        return issued.RefreshToken.Reveal();
    }

    public async Task RevokeAllAsync() =>
        await _app.Services.GetRequiredService<ITokenFamilyManager>().RevokeAsync(new TokenFamilyFilter { Subject = "alice" });

    /// <summary>From now on the API refuses every access token issued so far.</summary>
    public void ExpireAccessTokens() => _issuer.Expire();

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    /// <summary>Access tokens <c>at-1</c>, <c>at-2</c>, …, which the API looks up. They end when they are made to.</summary>
    private sealed class Issuer : IAccessTokenIssuer
    {
        private readonly ConcurrentDictionary<long, ValidatedAccessToken> _known = [];
        private long _count;
        private long _floor;

        public long Count => Interlocked.Read(ref _count);

        public ValueTask<AccessToken> IssueAsync(AccessTokenRequest request, CancellationToken cancellationToken)
        {
            var number = Interlocked.Increment(ref _count);
            _known[number] = new ValidatedAccessToken
            {
                Subject = request.Subject,
                ClientId = request.ClientId,
                Scopes = request.Scopes,
                Resources = request.Resources,
                TokenType = request.TokenType,
                ExpiresAt = DateTimeOffset.MaxValue,
                SenderKeyThumbprint = request.SenderKeyThumbprint,
            };
            return new(new AccessToken { Value = string.Create(CultureInfo.InvariantCulture, $"at-{number}"), Lifetime = TimeSpan.FromMinutes(10), TokenType = request.TokenType });
        }

        public ValueTask<ValidatedAccessToken?> ValidateAsync(string accessToken, CancellationToken cancellationToken) =>
            new(accessToken.StartsWith("at-", StringComparison.Ordinal) && long.TryParse(accessToken.AsSpan(3), CultureInfo.InvariantCulture, out var number)
                && number > Interlocked.Read(ref _floor) && _known.GetValueOrDefault(number) is { } token
                ? token : null);

        public void Expire()
        {
            Interlocked.Exchange(ref _floor, Count);
            _known.Clear();
        }

        /// <summary>Says for what the token is good, or 401.</summary>
        public async Task AnswerAsync(HttpContext context)
        {
            var header = context.Request.Headers.Authorization.ToString();
            var token = header.StartsWith("Bearer ", StringComparison.Ordinal) ? await ValidateAsync(header["Bearer ".Length..], CancellationToken.None) : null;
            if (token is null)
            {
                context.Response.StatusCode = StatusCodes.Status401Unauthorized;
                context.Response.Headers.WWWAuthenticate = "Bearer error=\"invalid_token\"";
                return;
            }

            await context.Response.WriteAsync($"{string.Join(' ', token.Scopes)} for {string.Join(' ', token.Resources)}", context.RequestAborted);
        }
    }

    /// <summary>Logs <c>alice</c> in without further ado, so that a client can redeem a first grant.</summary>
    internal sealed class LogIn : IGrantTypeHandler
    {
        public const string Type = "urn:example:login";

        public string GrantType => Type;

        public ValueTask<GrantTypeResult> AuthorizeAsync(GrantTypeContext context, CancellationToken cancellationToken) =>
            new(new GrantTypeResult.Granted { Subject = "alice", Scopes = ["read", "write", "offline_access"], Resources = [Api1, Api2] });
    }

    /// <summary>The device flow, whose user allows it after the first question.</summary>
    internal sealed class DeviceLogIn : IGrantTypeHandler
    {
        public const string Type = "urn:ietf:params:oauth:grant-type:device_code";

        private readonly ConcurrentDictionary<string, int> _asked = [];

        public string GrantType => Type;

        public ValueTask<GrantTypeResult> AuthorizeAsync(GrantTypeContext context, CancellationToken cancellationToken) =>
            new(_asked.AddOrUpdate(context.Parameters["device_code"]!, 1, static (_, count) => count + 1) == 1
                ? new GrantTypeResult.Rejected("authorization_pending")
                : new GrantTypeResult.Granted { Subject = "alice", Scopes = ["read", "offline_access"], Resources = [Api1] });
    }

    private sealed class Counter : IRefreshTokenEventHandler
    {
        public long Reuses;

        public ValueTask HandleAsync(RefreshTokenEvent refreshTokenEvent, CancellationToken cancellationToken)
        {
            if (refreshTokenEvent is RefreshTokenEvent.ReuseDetected)
            {
                Interlocked.Increment(ref Reuses);
            }

            return default;
        }
    }
}
