using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using AuthorizationServer.Pages;
using AuthorizationServer.Setup;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace AuthorizationServer.Lab;

/// <summary>
/// The two endpoints of the lab: a stream of what happens in the visitor's world, and actions in it. Like the page, they exist only in
/// Development, because anyone who can reach them can play thefts without a log-in.
/// </summary>
internal static class LabEndpoints
{
    private const string Path = "/lab";
    private const string CookieName = "lab";

    // A form of another site can send neither this header nor JSON, and the cookie does not come with its requests.
    private const string Header = "X-Lab";
    private const int MaxBody = 1024;
    private const int MaxWatchers = 10;

    /// <summary>Outside Development, the page and its scripts return 404.</summary>
    public static void UseLab(this WebApplication app)
    {
        if (!app.Environment.IsDevelopment())
        {
            // Static files are found behind several slashes too.
            app.MapWhen(static context => new PathString('/' + context.Request.Path.Value?.TrimStart('/')).StartsWithSegments(Path), static lab => lab.Run(static context =>
                new ErrorPage("The theft lab is open in Development only.", StatusCodes.Status404NotFound).ExecuteAsync(context)));
        }
    }

    public static void Map(WebApplication app)
    {
        if (app.Environment.IsDevelopment())
        {
            app.MapGet(Path + "/api/events", Watch);
            app.MapPost(Path + "/api/actions", ActAsync).WithMetadata(new RequestSizeLimitAttribute(MaxBody));
        }
    }

    private static Results<ServerSentEventsResult<LabView>, StatusCodeHttpResult> Watch(
        HttpContext context, LabWorlds worlds, ServerSettings settings, IHostApplicationLifetime lifetime)
    {
        if (worlds.Find(context.Request.Cookies[CookieName]) is not { } world)
        {
            (var id, world) = worlds.Create();
            context.Response.Cookies.Append(CookieName, id, new CookieOptions
            {
                HttpOnly = true,
                SameSite = SameSiteMode.Strict,
                Secure = settings.Origin.StartsWith("https:", StringComparison.Ordinal),
                Path = Path,
                IsEssential = true,
            });
        }

        return world.Watchers < MaxWatchers
            ? TypedResults.ServerSentEvents(ViewsAsync(world, context, lifetime.ApplicationStopping))
            : TypedResults.StatusCode(StatusCodes.Status429TooManyRequests);
    }

    private static async IAsyncEnumerable<SseItem<LabView>> ViewsAsync(
        LabWorld world, HttpContext context, CancellationToken stopping, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        // A stream that never ends by itself would hold up the server's stop.
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, stopping, cancellationToken);
        using var watch = world.Watch();
        var (epoch, shown) = (-1, 0);
        while (!ending.IsCancellationRequested && !world.Ended.IsCompleted)
        {
            // Before the look, so that no change is missed between the two.
            var changed = world.Changed;
            var view = await world.LookAsync(epoch, shown);
            shown = (view.IsNew ? 0 : shown) + view.Entries.Count;
            epoch = view.Epoch;
            yield return new SseItem<LabView>(view);
            await ((Task)Task.WhenAny(changed, world.Ended)).WaitAsync(ending.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static async Task<IResult> ActAsync(HttpContext context, LabWorlds worlds)
    {
        context.Response.Headers.CacheControl = "no-store";
        if (!context.Request.HasJsonContentType() || context.Request.Headers[Header] != "1")
        {
            return Results.StatusCode(StatusCodes.Status415UnsupportedMediaType);
        }

        LabAction? action;
        try
        {
            action = await context.Request.ReadFromJsonAsync<LabAction>(context.RequestAborted);
        }
        catch (Exception malformed) when (malformed is System.Text.Json.JsonException or BadHttpRequestException)
        {
            return Refused(StatusCodes.Status400BadRequest, "There is no such action.");
        }

        if (worlds.Find(context.Request.Cookies[CookieName]) is not { } world)
        {
            return Refused(StatusCodes.Status404NotFound, "This lab has ended. Reload the page.");
        }

        if (action is null)
        {
            return Refused(StatusCodes.Status400BadRequest, "There is no such action.");
        }

        var (refusal, revision) = await world.RunAsync(action);
        return refusal is null
            ? Results.Json(new { revision })
            : Refused(refusal.IsMalformed ? StatusCodes.Status400BadRequest : StatusCodes.Status409Conflict, refusal.Words);
    }

    private static IResult Refused(int status, string words) => Results.Json(new { error = words }, statusCode: status);
}
