using System.Net;
using System.Text;
using AuthorizationServer.Observability;
using AuthorizationServer.Tests.Operator.Support;
using AuthorizationServer.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using RefreshTokenRotation.Tests.Support;

namespace AuthorizationServer.Tests.Operator;

/// <summary>A server with a scraper's token, whose spans go to its log and to a collector.</summary>
[TestFixture]
internal sealed class ObservedServerTests
{
    private static readonly TimeSpan Patience = Eventually.Patience;

    private readonly TaskCompletionSource<string> _received = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private WebApplication _collector = null!;
    private ServerProcess _server = null!;
    private Backend _backend = null!;
    private Exposition _atStart = null!;

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _collector = builder.Build();
        _collector.MapPost("/v1/{signal}", ReceiveAsync);
        await _collector.StartAsync();
        _server = await ServerProcess.StartAsync(
            [.. SharedServer.InMemory, "--MetricsToken", "scraper-token", "--LogSpans", "true", "--Otlp", _collector.Urls.Single(), "--Users:zoe-example:Password", "pw"]);
        _backend = new Backend(_server.Origin);
        _atStart = await Exposition.ScrapeAsync(_backend, "scraper-token");
    }

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        _backend?.Dispose();
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }

        await _collector.DisposeAsync();
    }

    [Test]
    public async Task Scraper_with_the_token_is_served_wherever_it_is()
    {
        var reply = await _backend.GetAsync(MetricsEndpoint.Path, "scraper-token", ("X-Forwarded-For", "203.0.113.7"));

        reply.Status.Should().Be(HttpStatusCode.OK);
        reply.Text.Should().Contain("refresh_token_rotation_issues_total");
    }

    [Test]
    public void Every_counter_begins_with_zero_so_that_the_first_reuse_is_a_rise()
    {
        _atStart.Types.Keys.Should().HaveCount(14).And.OnlyContain(name => name.EndsWith("_total"));
        _atStart.Samples.Should().OnlyContain(sample => sample.Value == 0);
        _atStart.Value("refresh_token_rotation_reuses_total", ("shadow", "false")).Should().Be(0);
    }

    [TestCase(null)]
    [TestCase("scraper-toke")]
    [TestCase("Scraper-token")]
    public async Task Scraper_without_the_token_is_refused_on_this_machine_too(string? token)
    {
        var reply = await _backend.GetAsync(MetricsEndpoint.Path, token);

        reply.Status.Should().Be(HttpStatusCode.Unauthorized);
        reply.Header("WWW-Authenticate").Should().Be("Bearer");
        reply.Text.Should().NotContain("refresh_token");
    }

    [Test]
    public async Task Spans_reach_the_collector_and_the_log_without_a_token()
    {
        var issued = (await _backend.PasswordAsync(user: "zoe-example"))["refresh_token"]!;
        var refreshed = (await _backend.RefreshAsync("legacy", issued))["refresh_token"]!;

        var spans = await _received.Task.WaitAsync(Patience);

        foreach (var text in (string[])[spans, _server.Output])
        {
            text.Should().Contain("refresh_token.exchange").And.Contain("rotated");
            text.Should().NotContain(issued).And.NotContain(refreshed).And.NotContain("zoe-example");
        }
    }

    /// <summary>Spans come in batches; the one with the exchange is what the test waits for. Texts stand in the protocol's messages as they are.</summary>
    private async Task<IResult> ReceiveAsync(string signal, HttpRequest request)
    {
        using var body = new MemoryStream();
        await request.Body.CopyToAsync(body);
        var text = Encoding.UTF8.GetString(body.ToArray());
        if (signal == "traces" && text.Contains("refresh_token.exchange", StringComparison.Ordinal))
        {
            _received.TrySetResult(text);
        }

        return Results.Ok();
    }
}
