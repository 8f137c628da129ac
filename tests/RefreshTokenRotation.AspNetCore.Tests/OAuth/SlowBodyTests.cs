using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using RefreshTokenRotation.AspNetCore.Tests.Sessions;
using RefreshTokenRotation.AspNetCore.Tests.Support;

namespace RefreshTokenRotation.AspNetCore.Tests;

/// <summary>A body that does not arrive in time (RFC 9110 section 15.5.9): the status is the server's, and the connection ends, for the rest of the body
/// would be taken for the next request.</summary>
public sealed class SlowBodyTests
{
    [TestCase("/oauth/token")]
    [TestCase("/oauth/revoke")]
    [TestCase("/oauth/introspect")]
    public async Task Slow_body_at_an_endpoint_is_408_and_closes_the_connection(string path)
    {
        await using var host = await TestHost.StartAsync(static setup => setup.Pipeline = EndBodies);

        var answer = await host.PostAsync(path, "client_id=spa");

        answer.ShouldBeError(408, "invalid_request");
        answer.Header("Connection").Should().Be("close");
        host.Logs.Of(301).Should().BeEmpty("it is no outage");
    }

    [TestCase("/auth/refresh")]
    [TestCase("/auth/logout")]
    public async Task Slow_body_of_a_session_is_408_and_closes_the_connection(string path)
    {
        await using var host = await SessionHost.StartAsync(change: static setup =>
        {
            var pipeline = setup.Pipeline!;
            setup.Pipeline = app =>
            {
                EndBodies(app);
                pipeline(app);
            };
        });

        var (_, answer) = await host.SendAsync("POST", path, new { refreshToken = "x" });

        ((int)answer.StatusCode).Should().Be(408);
        answer.Headers.ConnectionClose.Should().BeTrue();
    }

    private static void EndBodies(WebApplication app) => app.Use(static (context, next) =>
    {
        context.Request.Body = new EndedBody();
        return next(context);
    });

    private sealed class EndedBody : MemoryStream
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            throw new BadHttpRequestException("ended", StatusCodes.Status408RequestTimeout);
    }
}
