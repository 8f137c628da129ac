using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.HttpLogging;
using Microsoft.Extensions.DependencyInjection;
using RefreshTokenRotation.AspNetCore.Tests.Sessions;
using RefreshTokenRotation.AspNetCore.Tests.Support;
using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.AspNetCore.Tests;

/// <summary>The framework's own log of requests leaves out what is secret in them, whatever it is told to log.</summary>
public sealed class HttpLoggingTests
{
    private const string Category = "Microsoft.AspNetCore.HttpLogging.HttpLoggingMiddleware";

    [Test]
    public async Task Log_of_requests_holds_no_token_and_no_secret([Values] bool beforeRouting, [Values] bool combined)
    {
        await using var host = await TestHost.StartAsync(setup =>
        {
            setup.Build = rotation => AddHttpLogging(rotation, combined);
            setup.Pipeline = app => UseHttpLogging(app, beforeRouting);
            setup.Map = static endpoints =>
            {
                endpoints.MapRefreshTokenRotation();
                endpoints.MapPost("/own", static async context =>
                    await context.Response.WriteAsync("answered: " + await new StreamReader(context.Request.Body).ReadToEndAsync()));
            };
        });
        var issued = await host.IssueAsync();
        var refreshed = await host.RefreshAsync(issued.RefreshToken.Reveal());
        var secret = $"client_id={Clients.Confidential}&client_secret={Uri.EscapeDataString(Clients.Secret)}";
        await host.PostAsync("/oauth/introspect/", $"{secret}&token={refreshed.AccessToken}");
        await host.PostAsync("/oauth/revoke?token=in-the-query", $"client_id=spa&token={refreshed.RefreshToken}");
        await host.SendAsync(new HttpRequestMessage(HttpMethod.Get, "/oauth/token?refresh_token=in-the-query"));
        await host.PostAsync("/own", "what=the-host-says");
        await host.StopAsync();

        var texts = Texts(host);
        texts.Should().Contain(text => text.Contains("the-host-says"), "all else is logged as the host says");
        texts.Should().Contain(text => text.Contains("/oauth/revoke"));
        string[] secrets =
            [issued.RefreshToken.Reveal(), refreshed.RefreshToken!, refreshed.AccessToken!, "idt-1", Uri.EscapeDataString(Clients.Secret), "in-the-query", "client_id="];
        texts.Where(text => secrets.Any(text.Contains)).Should().BeEmpty();
    }

    [Test]
    public async Task Log_of_requests_holds_no_token_of_a_session([Values] bool beforeRouting)
    {
        await using var host = await SessionHost.StartAsync(change: setup =>
        {
            setup.Build += static rotation => AddHttpLogging(rotation, combined: false);
            var pipeline = setup.Pipeline!;
            setup.Pipeline = app =>
            {
                UseHttpLogging(app, beforeRouting);
                pipeline(app);
            };
        });
        var issued = await host.Tokens.IssueAsync(new IssueRequest { Subject = "alice", ClientId = "app" });
        var (next, _) = await host.SendAsync("POST", "/auth/refresh", new { refreshToken = issued.RefreshToken.Reveal() });
        await host.SendAsync("POST", "/auth/logout", new { refreshToken = next.Text("refreshToken") });
        await host.StopAsync();

        string[] secrets = [issued.RefreshToken.Reveal(), next.Text("refreshToken"), next.Text("accessToken")];
        Texts(host).Should().Contain(text => text.Contains("/auth/logout"));
        Texts(host).Where(text => secrets.Any(text.Contains)).Should().BeEmpty();
    }

    private static void AddHttpLogging(RefreshTokenRotationBuilder rotation, bool combined) => rotation.Services.AddHttpLogging(options =>
    {
        options.LoggingFields = HttpLoggingFields.All;
        options.CombineLogs = combined;
        options.MediaTypeOptions.AddText("application/x-www-form-urlencoded");
        options.MediaTypeOptions.AddText("application/json");
    });

    private static void UseHttpLogging(WebApplication app, bool beforeRouting)
    {
        app.UseHttpLogging();
        if (beforeRouting)
        {
            app.UseRouting(); // otherwise the framework routes before everything else
        }
    }

    private static List<string> Texts(TestHost host) =>
        [.. host.Logs.Entries.Where(entry => entry.Category == Category).Select(entry => $"{entry.Message}\n{entry.Values()}")];
}
