using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using RefreshTokenRotation.AspNetCore;
using RefreshTokenRotation.Jwt;

namespace RefreshTokenRotation.Benchmarks.Load;

/// <summary>The program in its other role: a host on the loopback, as the README of the endpoints shows one, or the floor. It writes its address, and
/// ends when its input ends.</summary>
internal static class LoadServer
{
    public const string ClientId = "AaiyAPdpYdesoKnqjj8HJqRn4T5titww";
    public const string Path = "/oauth/token";

    public static readonly TokenRequest Request = TokenRequest.OAuth(Path, ClientId);

    private const string Api = "https://api.example";

    public static async Task RunAsync(string kind)
    {
        using var ecdsa = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var rsa = RSA.Create(2048);
        var builder = WebApplication.CreateBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0").ConfigureKestrel(static kestrel => kestrel.Limits.KeepAliveTimeout = TimeSpan.FromHours(1)); // The others warm up first.
        builder.Logging.AddFilter("Microsoft", LogLevel.Warning);
        FloorEndpoint? floor = null;
        switch (kind)
        {
            case "floor":
                floor = FloorEndpoint.Opaque();
                break;
            case "floor+hash":
                floor = FloorEndpoint.Hashing();
                break;
            case "floor+es256":
                floor = FloorEndpoint.Of(ecdsa);
                break;
            case "floor+rs256":
                floor = FloorEndpoint.Of(rsa);
                break;
            case "opaque":
                AddEndpoints(builder.Services);
                builder.Services.AddSingleton<IAccessTokenIssuer, OpaqueIssuer>();
                break;
            case "es256":
                AddJwt(AddEndpoints(builder.Services), SigningKey.FromECDsa(ecdsa));
                break;
            case "rs256":
                AddJwt(AddEndpoints(builder.Services), SigningKey.FromRsa(rsa));
                break;
            default:
                throw new ArgumentException($"There is no server for '{kind}'.", nameof(kind));
        }

        await using var app = builder.Build();
        app.MapGet("/spent", () => ServerSpending.Now().ToString());
        if (floor is null)
        {
            app.MapPost("/start", StartAsync);
            app.MapTokenEndpoint();
        }
        else
        {
            app.MapPost("/start", (int chains) => string.Join('\n', Enumerable.Repeat(FloorEndpoint.RefreshToken, chains)));
            app.MapPost(Path, floor.AnswerAsync);
        }

        await app.StartAsync();
        Console.WriteLine(app.Urls.Single());
        await Console.In.ReadToEndAsync();
        await app.StopAsync();
    }

    public static RefreshTokenRotationBuilder AddEndpoints(IServiceCollection services) =>
        services.AddRefreshTokenRotation().AddEndpoints(options =>
        {
            options.Clients.Add(new OAuthClient { ClientId = ClientId });
            options.Apis.Add(new OAuthApi { Audience = Api, AllowOfflineAccess = true, AccessTokenLifetime = TimeSpan.FromMinutes(15) });
        });

    public static void AddJwt(RefreshTokenRotationBuilder rotation, SigningKey key) => rotation.UseJwtAccessTokens(options =>
    {
        options.Issuer = "https://issuer.example/";
        options.SigningKeys.Add(key);
    });

    public static async Task<string> StartAsync(IRefreshTokenService tokens, int chains)
    {
        var first = new List<string>();
        for (var i = 0; i < chains; i++)
        {
            var issued = await tokens.IssueAsync(new IssueRequest
            {
                Subject = "auth0|5f7c8ec7c33c6c004bbafe82",
                ClientId = ClientId,
                Scopes = ["read", "offline_access"],
                Resources = [Api],
                SessionId = "Lp1ENrAuYYLsf_jAkfFoyZ06iuw50m5p",
                AuthenticationTime = DateTimeOffset.UtcNow,
            });
            first.Add(issued.RefreshToken.Reveal());
        }

        return string.Join('\n', first);
    }
}
