using System.Diagnostics;
using System.Net;
using System.Text;
using RefreshTokenRotation.Client.Tests.Support;
using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.Client.Tests;

/// <summary>No token leaves by a log, an exception, a text form or a span.</summary>
[TestFixture]
internal sealed class SecrecyTests
{
    [Test]
    public async Task Tokens_reach_no_log_exception_text_or_span()
    {
        var seen = new StringBuilder();
        using var listener = new ActivityListener
        {
            ShouldListenTo = static source => source.Name == RefreshTokenClientTelemetry.ActivitySourceName,
            Sample = static (ref _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = activity => seen.AppendLine(string.Join(' ', activity.TagObjects.Select(static tag => $"{tag.Key}={tag.Value}")) + activity.StatusDescription),
        };
        ActivitySource.AddActivityListener(listener);
        await using var app = new TestApp(options: static options => options.ClientSecret = "secret-client");
        var tokens = new TokenSet { RefreshToken = "secret-rt", AccessToken = "secret-at" };
        await app.Client.SignInAsync(tokens);
        app.Server.Then(StubServer.Error(HttpStatusCode.BadRequest, "invalid_scope", "secret-rt"));
        app.Server.Then(StubServer.Error(HttpStatusCode.BadRequest, "secret-rt secret-rt secret-rt"));
        app.Server.Then(new HttpRequestException("secret-rt was not accepted"));
        app.Server.Then(StubServer.Text(HttpStatusCode.OK, """{"access_token":"secret-next","refresh_token":"secret-next-rt","id_token":"secret-id"}"""));
        app.Server.Then(StubServer.Error(HttpStatusCode.BadRequest, "invalid_grant", "secret-next-rt is unknown"));

        for (var i = 0; i < 6; i++)
        {
            var result = await app.Client.GetTokenAsync(new TokenTarget(null, "x"));
            seen.AppendLine(result.ToString());
            if (result is TokenResult.Succeeded { Token: var token })
            {
                seen.AppendLine(token.ToString()).AppendLine((await app.Client.ReplaceTokenAsync(token, new TokenTarget(null, "x"))).ToString());
            }
            else
            {
                seen.AppendLine(new TokenUnavailableException(result).ToString());
            }

            app.Time.Advance(TimeSpan.FromMinutes(2));
        }

        seen.AppendLine(tokens.ToString()).AppendLine(new SessionData { RefreshToken = "secret-rt" }.ToString())
            .AppendLine(new StoredSession(Guid.Empty, new SessionData { RefreshToken = "secret-rt" }).ToString())
            .AppendLine(new TokenSessionRecord(Guid.Empty, "secret-rt"u8.ToArray()).ToString())
            .AppendLine(new TokenSessionKey("app", "secret-session").ToString());
        foreach (var entry in app.Logs.Entries)
        {
            seen.AppendLine(entry.Message).AppendLine(entry.Values()).AppendLine(entry.Exception?.ToString());
        }

        app.Server.Requests.Count.Should().Be(5, "every answer of the script was given");
        app.Logs.Entries.Should().NotBeEmpty();
        seen.ToString().Should().NotContain("secret-");
    }

    [Test]
    public async Task Metrics_count_outcomes()
    {
        using var recorder = MetricRecorder.OfMeter(RefreshTokenClientTelemetry.MeterName);
        await using var app = new TestApp();
        await app.SignInAsync();
        app.Server.Then(new HttpRequestException(HttpRequestError.ResponseEnded));
        await app.TokenAsync();
        app.Server.Then(StubServer.Error(HttpStatusCode.BadRequest, "invalid_grant"));
        app.Time.Advance(TimeSpan.FromMinutes(10));
        await app.Client.GetTokenAsync();

        recorder.All.Select(static measurement => (measurement.Instrument, measurement.Tags)).Should()
            .Contain((RefreshTokenClientTelemetry.Retries, "client=app,cause=network"))
            .And.Contain((RefreshTokenClientTelemetry.RefreshDuration, "client=app,outcome=succeeded"))
            .And.Contain((RefreshTokenClientTelemetry.RefreshDuration, "client=app,outcome=session_ended"))
            .And.Contain((RefreshTokenClientTelemetry.SessionsEnded, "client=app,reason=Unspecified"));
    }
}
