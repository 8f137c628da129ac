using Microsoft.Extensions.Logging;
using RefreshTokenRotation.AspNetCore.Tests.Support;
using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.AspNetCore.Tests;

/// <summary>Why nobody was authenticated: one answer for all causes, and a stable code in a Debug line and in a counter.</summary>
[TestFixture, NonParallelizable]
public sealed class AuthenticationFailureTests
{
    [TestCase("client_id=nobody", null, "none", "unknown_client")]
    [TestCase("x=1", null, "none", "no_client")]
    [TestCase("client_id=web", null, "none", "wrong_method")]
    [TestCase("client_id=web&client_secret=wrong", null, "client_secret", "wrong_secret")]
    [TestCase("client_id=spa&client_secret=x", null, "client_secret", "wrong_method")]
    [TestCase("x=1", "web:wrong", "client_secret", "wrong_secret")]
    [TestCase("x=1", "no colon", "client_secret", "malformed_header")]
    public async Task Reason_is_logged_and_counted(string form, string? basic, string method, string reason)
    {
        using var metrics = new MetricRecorder(EndpointTelemetry.AuthenticationFailures);
        await using var host = await TestHost.StartAsync();

        var answer = await host.TokenAsync($"grant_type=refresh_token&refresh_token=x&{form}", request =>
            request.Headers.Authorization = basic is null ? null : new("Basic", Convert.ToBase64String(System.Text.Encoding.ASCII.GetBytes(basic))));

        answer.ShouldBeError(basic is null ? 400 : 401, "invalid_client");
        metrics.All.Should().Equal((EndpointTelemetry.AuthenticationFailures, 1.0, $"method={method},reason={reason}"));
        var line = host.Logs.Of(306).Should().ContainSingle().Subject;
        line.Level.Should().Be(LogLevel.Debug);
        line.Message.Should().Be($"A client was not authenticated by {method}: {reason}");
    }

    [TestCase("", "form")]
    [TestCase("x.y.z", "form")]
    [TestCase("wrong signature", "signature")]
    [TestCase("replay", "replay")]
    public async Task Reason_of_a_refused_proof_is_logged_counted_and_told(string what, string reason)
    {
        using var metrics = new MetricRecorder(EndpointTelemetry.AuthenticationFailures);
        await using var host = await DPoPHost.StartAsync();
        using var client = new DPoPClient(host);
        using var other = new DPoPClient(host);
        var proof = client.Proof();
        if (what == "replay")
        {
            await client.LogInAsync(proof);
        }

        var answer = await client.LogInAsync(what switch
        {
            "replay" => proof,
            "wrong signature" => proof[..proof.LastIndexOf('.')] + other.Proof()[other.Proof().LastIndexOf('.')..],
            _ => what,
        });

        answer.ShouldBeError(400, "invalid_dpop_proof");
        metrics.All.Should().Equal((EndpointTelemetry.AuthenticationFailures, 1.0, $"method=dpop,reason={reason}"));
        host.Logs.Of(307).Should().ContainSingle().Which.Level.Should().Be(LogLevel.Debug);
    }

    [Test]
    public async Task Listener_that_throws_decides_about_no_request()
    {
        using var listener = new System.Diagnostics.Metrics.MeterListener
        {
            InstrumentPublished = static (instrument, listener) =>
            {
                if (instrument.Name == EndpointTelemetry.AuthenticationFailures)
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<long>(static (_, _, _, _) => throw new InvalidOperationException("the listener's own affair"));
        listener.Start();
        await using var host = await TestHost.StartAsync();

        (await host.RefreshAsync("x", client: "nobody")).ShouldBeError(400, "invalid_client");
    }
}
