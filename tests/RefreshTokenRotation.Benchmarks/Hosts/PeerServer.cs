using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using RefreshTokenRotation.Benchmarks.Load;
using RefreshTokenRotation.Jwt;
using RefreshTokenRotation.TestSupport.OpenIddict;

namespace RefreshTokenRotation.Benchmarks.Hosts;

/// <summary>The program as one whole token endpoint on PostgreSQL with access tokens in ES256. It writes the address for the report's own questions, then that of the endpoint, and
/// ends when its input ends.</summary>
internal static class PeerServer
{
    public const string Ours = "ours";
    public const string OpenIddict = "OpenIddict";
    public const string References = "OpenIddict, references";
    public const string Families = "OpenIddict with families";

    public const string Identity = "Identity, detects nothing";

    public static readonly string[] Kinds = [Ours, OpenIddict, References, Families, Identity];

    public static TokenRequest Of(string kind) => kind switch
    {
        Ours => LoadServer.Request,
        Identity => IdentityPeer.Request,
        _ => TokenRequest.OAuth("/connect/token", OpenIddictClient.Spa),
    };

    public static async Task RunAsync(string kind, string connectionString)
    {
        if (kind == Ours)
        {
            using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            var builder = Builder();
            builder.Services.Configure<RefreshTokenRotationOptions>(static options => options.DefaultPolicy = RotationPolicy.Spa);
            LoadServer.AddJwt(
                LoadServer.AddEndpoints(builder.Services).UsePostgreSql(connectionString, static options => options.CreateSchema = true), SigningKey.FromECDsa(key));
            await using var app = builder.Build();
            app.MapTokenEndpoint();
            await app.StartAsync();
            await ServeAsync(new Uri(app.Urls.Single()), chains => LoadServer.StartAsync(app.Services.GetRequiredService<IRefreshTokenService>(), chains));
            await app.StopAsync();
            return;
        }

        if (kind == Identity)
        {
            await using var app = await IdentityPeer.StartAsync(Builder(), connectionString);
            using var users = new IdentityPeer(new HttpClient { BaseAddress = new Uri(app.Urls.Single()) });
            await ServeAsync(new Uri(app.Urls.Single()), users.LogInAsync);
            await app.StopAsync();
            return;
        }

        // As our own access tokens are: signed, and readable by the APIs.
        await using var host = await OpenIddictHost.StartAsync(connectionString, kind == Families ? RotationPolicy.Spa : null, server =>
        {
            server.DisableAccessTokenEncryption();
            if (kind == References)
            {
                server.UseReferenceRefreshTokens();
            }
        });
        var sessions = 0;
        await ServeAsync(host.Address, async chains => string.Join('\n', await Task.WhenAll(Enumerable.Range(0, chains).Select(async _ =>
            (await host.Client.LogInAsync($"user-{Interlocked.Increment(ref sessions)}", scope: "offline_access api")).RefreshToken))));
    }

    private static async Task ServeAsync(Uri endpoint, Func<int, Task<string>> startAsync)
    {
        await using var control = Builder().Build();
        control.MapGet("/spent", static () => ServerSpending.Now().ToString());
        control.MapPost("/start", (int chains) => startAsync(chains));
        await control.StartAsync();
        Console.WriteLine($"{control.Urls.Single()} {endpoint}");
        await Console.In.ReadToEndAsync();
        await control.StopAsync();
    }

    private static WebApplicationBuilder Builder()
    {
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        return builder;
    }
}
