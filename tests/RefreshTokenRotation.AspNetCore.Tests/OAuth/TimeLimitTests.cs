using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using RefreshTokenRotation.AspNetCore.Tests.Sessions;
using RefreshTokenRotation.AspNetCore.Tests.Support;
using RefreshTokenRotation.Testing;

namespace RefreshTokenRotation.AspNetCore.Tests;

/// <summary>A host that limits the time of its requests cancels <see cref="HttpContext.RequestAborted"/>, and answers itself if that ends the request.</summary>
public sealed class TimeLimitTests
{
    [TestCase(StoreCall.Find, 504)]
    [TestCase(StoreCall.CompareAndSwap, 200)]
    public async Task Limit_that_passes_before_the_write_consumes_nothing_and_later_the_answer_is_sent(StoreCall during, int status)
    {
        using var limit = new CancellationTokenSource();
        await using var host = await TestHost.StartAsync(setup => setup.Pipeline = app => Limit(app, limit));
        var issued = await host.IssueAsync();
        host.Store.Plan = EndAt(during, limit);

        var answer = await host.RefreshAsync(issued.RefreshToken.Reveal());

        ((int)answer.Status).Should().Be(status, answer.Text);
        await host.ShouldStillExchangeAsync(status == 200 ? answer.RefreshToken! : issued.RefreshToken.Reveal());
    }

    [Test]
    public async Task Limit_that_passes_during_the_write_of_a_session_does_not_lose_the_answer()
    {
        using var limit = new CancellationTokenSource();
        await using var host = await SessionHost.StartAsync(change: setup =>
        {
            var pipeline = setup.Pipeline!;
            setup.Pipeline = app =>
            {
                Limit(app, limit);
                pipeline(app);
            };
        });
        var (tokens, _) = await host.SendAsync("POST", "/login/alice");
        host.Store.Plan = EndAt(StoreCall.CompareAndSwap, limit);

        var (body, answer) = await host.SendAsync("POST", "/auth/refresh", new { refreshToken = tokens.GetProperty("refreshToken").GetString() });

        ((int)answer.StatusCode).Should().Be(200);
        body.GetProperty("refreshToken").GetString().Should().NotBeNullOrEmpty();
    }

    /// <summary>As the framework's request timeouts do it; the test says when the time is over.</summary>
    private static void Limit(WebApplication app, CancellationTokenSource limit) => app.Use(async (context, next) =>
    {
        context.RequestAborted = limit.Token;
        try
        {
            await next(context);
        }
        catch (OperationCanceledException) when (!context.Response.HasStarted)
        {
            context.Response.StatusCode = StatusCodes.Status504GatewayTimeout;
        }
    });

    private static Func<StoreCallContext, StoreFault> EndAt(StoreCall call, CancellationTokenSource limit) => context =>
    {
        if (context.Call == call)
        {
            limit.Cancel();
        }

        return StoreFault.None;
    };
}
