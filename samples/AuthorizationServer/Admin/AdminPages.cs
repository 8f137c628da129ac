using System.Runtime.CompilerServices;
using AuthorizationServer.Accounts;
using AuthorizationServer.Pages;
using AuthorizationServer.Setup;
using RefreshTokenRotation;

namespace AuthorizationServer.Admin;

/// <summary><c>/admin</c>, and the counters that it shows live.</summary>
internal sealed class AdminPages(
    Sessions sessions, Users users, FormTokens formTokens, ServerSettings settings, LiveCounters counters, IRotationAdvisor advisor, IHostApplicationLifetime lifetime, TimeProvider time)
{
    public const string Path = AdminPage.Path;

    /// <summary>How often one response sends the counters, once a second. Then the browser asks again, and the server checks its session again.</summary>
    private const int ReadingsPerResponse = 120;

    public static void Map(IEndpointRouteBuilder app)
    {
        app.ServiceProvider.GetRequiredService<LiveCounters>(); // it counts from the start
        app.MapGet(Path, (HttpContext context, AdminPages pages) => pages.ShowAsync(context));
        app.MapGet($"{Path}/live", (HttpContext context, AdminPages pages) => pages.Stream(context)).RequireAuthorization(AdminPolicies.Session);
        ClientRevocation.Map(app);
        app.MapRefreshTokenManagement(AdminPolicies.Management);
    }

    private async Task<IResult> ShowAsync(HttpContext context)
    {
        if (await sessions.FindAsync(context) is not { } session)
        {
            return LoginPage.Of(formTokens.Get(context), Path, purpose: "the administration");
        }

        if (users.Find(session.Subject) is not { IsAdmin: true })
        {
            return new ErrorPage("This page is for administrators.", StatusCodes.Status403Forbidden);
        }

        var advices = new List<(ClientSettings, RotationAdvice)>();
        foreach (var client in settings.Clients.Values)
        {
            advices.Add((client, await advisor.GetAsync(client.ClientId, cancellationToken: context.RequestAborted)));
        }

        return AdminPage.Of(formTokens.Get(context), settings.Clients.Values, settings.Users.Keys, advices);
    }

    private IResult Stream(HttpContext context)
    {
        context.Response.Headers.CacheControl = "no-store";
        return TypedResults.ServerSentEvents(WatchAsync(context.RequestAborted));
    }

    private async IAsyncEnumerable<LiveReading> WatchAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1), time);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, lifetime.ApplicationStopping);
        for (var sent = 0; sent < ReadingsPerResponse; sent++)
        {
            // The first one brings what went before, so that the curves need no minute to begin.
            yield return sent == 0 ? counters.Read() with { History = counters.LastMinute() } : counters.Read();
            if (!await TicksAsync(timer, ended.Token))
            {
                yield break;
            }
        }
    }

    /// <summary>Waits for the next second. False if the browser has gone or the server is stopping, which must not wait for a browser.</summary>
    private static async ValueTask<bool> TicksAsync(PeriodicTimer timer, CancellationToken cancellationToken)
    {
        try
        {
            return await timer.WaitForNextTickAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }
}
