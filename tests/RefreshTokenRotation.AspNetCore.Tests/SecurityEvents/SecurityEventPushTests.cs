using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using RefreshTokenRotation.AspNetCore.Tests.Support;
using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.AspNetCore.Tests.SecurityEvents;

/// <summary>The push of security events (RFC 8935), over HTTP to a receiver that answers what a test says.</summary>
[TestFixture]
internal sealed class SecurityEventPushTests
{
    private readonly ConcurrentQueue<(string Body, string? ContentType, string? Authorization)> _received = [];
    private readonly ConcurrentQueue<(int Status, string Body)> _answers = [];
    private readonly ConcurrentQueue<DateTimeOffset> _attempts = [];
    private TimeProvider _sendersTime = null!;
    private TemporaryFolder _folder = null!;
    private TestHost _receiver = null!;

    [SetUp]
    public async Task SetUpAsync()
    {
        _folder = new TemporaryFolder();
        _received.Clear();
        _answers.Clear();
        _attempts.Clear();
        _receiver = await TestHost.StartAsync(setup => setup.Map = endpoints => endpoints.MapPost("/events", async (HttpContext context) =>
        {
            _attempts.Enqueue(_sendersTime.GetUtcNow());
            using var reader = new StreamReader(context.Request.Body);
            var (status, body) = _answers.TryDequeue(out var said) ? said : (202, string.Empty);
            var text = await reader.ReadToEndAsync();
            if (status == 202)
            {
                _received.Enqueue((text, context.Request.ContentType, context.Request.Headers.Authorization));
            }

            return Results.Content(body, "application/json", statusCode: status);
        }));
    }

    [TearDown]
    public async Task TearDownAsync()
    {
        await _receiver.DisposeAsync();
        _folder.Dispose();
    }

    private string Queue => _folder.PathOf("queue");

    private string[] Waiting => Directory.Exists(Queue) ? Directory.GetFiles(Queue) : [];

    [Test]
    public async Task Events_arrive_in_order_and_their_files_go()
    {
        await using var host = await StartAsync(new Uri(_receiver.Address, "/events"));
        var families = await RevokeAsync(host, 3);

        await Eventually.HoldsAsync(() => Task.FromResult(_received.Count == 3 && Waiting.Length == 0), "three events arrived");

        _received.Select(request => CompactJws.Parse(request.Body)!.Payload.GetProperty("sub_id").GetProperty("session").GetProperty("id").GetString())
            .Should().Equal(families.Select(id => id.ToString("N")));
        _received.Should().OnlyContain(request => request.ContentType == "application/secevent+jwt" && request.Authorization == "Bearer of the receiver");
    }

    [Test]
    public async Task Outage_is_retried_by_the_clock_with_longer_pauses_and_logged_once()
    {
        foreach (var status in new[] { 503, 500, 401 })
        {
            _answers.Enqueue((status, string.Empty));
        }

        await using var host = await StartAsync(new Uri(_receiver.Address, "/events"));
        await RevokeAsync(host, 1);
        await Eventually.HoldsAsync(
            () =>
            {
                host.Time.Advance(TimeSpan.FromMilliseconds(50));
                return Task.FromResult(_received.Count == 1 && Waiting.Length == 0);
            },
            "the event arrived");

        var attempts = _attempts.ToArray();
        attempts.Should().HaveCount(4);
        (attempts[1] - attempts[0]).Should().BeGreaterThanOrEqualTo(TimeSpan.FromSeconds(1));
        (attempts[2] - attempts[1]).Should().BeGreaterThanOrEqualTo(TimeSpan.FromSeconds(2));
        (attempts[3] - attempts[2]).Should().BeGreaterThanOrEqualTo(TimeSpan.FromSeconds(4));
        host.Logs.Of(343).Should().ContainSingle();
        host.Logs.Entries.Should().NotContain(entry => entry.Message.Contains("Bearer of", StringComparison.Ordinal));
    }

    [Test]
    public async Task Event_survives_a_restart_in_a_file_of_its_owner_alone()
    {
        var nowhere = new Uri($"http://127.0.0.1:{FreePort.Take()}/events");
        await using (var host = await StartAsync(nowhere))
        {
            await RevokeAsync(host, 2);
            await Eventually.HoldsAsync(() => Task.FromResult(Waiting.Length == 2 && host.Logs.Of(343).Any()), "the events wait");
            await host.StopAsync();
        }

        foreach (var file in Waiting)
        {
            if (!OperatingSystem.IsWindows())
            {
                File.GetUnixFileMode(file).Should().Be(UnixFileMode.UserRead | UnixFileMode.UserWrite);
            }
        }

        await using var next = await StartAsync(new Uri(_receiver.Address, "/events"));

        await Eventually.HoldsAsync(() => Task.FromResult(_received.Count == 2 && Waiting.Length == 0), "the events arrived");
        _received.Select(request => request.Body).Should().OnlyHaveUniqueItems();
    }

    [Test]
    public async Task Full_queue_drops_counts_and_logs()
    {
        using var recorder = new MetricRecorder();
        await using var host = await StartAsync(new Uri($"http://127.0.0.1:{FreePort.Take()}/events"), options => options.Capacity = 2);
        await RevokeAsync(host, 5);
        await Eventually.HoldsAsync(() => Task.FromResult(host.Logs.Of(341).Count() == 3), "three were dropped");

        Waiting.Should().HaveCount(2);
        recorder.Sum(EndpointTelemetry.SecurityEventsLost, "reason=overflow").Should().Be(3);
    }

    [Test]
    public async Task Refused_event_is_not_sent_again_and_the_next_is()
    {
        using var recorder = new MetricRecorder();
        _answers.Enqueue((400, """{"err":"invalid_audience","description":"no"}"""));
        await using var host = await StartAsync(new Uri(_receiver.Address, "/events"));
        await RevokeAsync(host, 2);

        await Eventually.HoldsAsync(() => Task.FromResult(_received.Count == 1 && Waiting.Length == 0), "the second event arrived");

        host.Logs.Of(342).Should().ContainSingle().Which.Message.Should().EndWith("invalid_audience");
        recorder.Sum(EndpointTelemetry.SecurityEventsLost, "reason=refused").Should().Be(1);
    }

    [TestCase("authentication_failed")]
    [TestCase("access_denied")]
    [TestCase("invalid_key")]
    public async Task Refusal_of_the_sender_keeps_the_event_until_it_is_mended(string error)
    {
        _answers.Enqueue((400, $$"""{"err":"{{error}}","description":"no"}"""));
        await using var host = await StartAsync(new Uri(_receiver.Address, "/events"));
        await RevokeAsync(host, 1);
        await Eventually.HoldsAsync(() => Task.FromResult(host.Logs.Of(343).Any()), "the event waits");
        Waiting.Should().HaveCount(1);
        host.Logs.Of(342).Should().BeEmpty();

        host.Time.Advance(TimeSpan.FromSeconds(1));

        await Eventually.HoldsAsync(() => Task.FromResult(_received.Count == 1 && Waiting.Length == 0), "the event arrived");
    }

    private static async Task<IReadOnlyList<Guid>> RevokeAsync(TestHost host, int count)
    {
        var ids = new List<Guid>();
        for (var i = 0; i < count; i++)
        {
            var issued = await host.IssueAsync();
            ids.Add(issued.Family.FamilyId);
            await host.Families.RevokeAsync(TokenFamilyFilter.ForFamily(issued.Family.FamilyId), RevocationReason.User);
        }

        return ids;
    }

    private Task<TestHost> StartAsync(Uri endpoint, Action<SecurityEventPushOptions>? configure = null)
    {
        var events = new SecurityEventHost();
        return TestHost.StartAsync(setup =>
        {
            _sendersTime = setup.Time;
            setup.Build = rotation =>
            {
                events.AddTo(rotation);
                rotation.AddSecurityEventPush(options =>
                {
                    (options.Endpoint, options.Folder, options.Authorization) = (endpoint, Queue, "Bearer of the receiver");
                    configure?.Invoke(options);
                });
            };
        });
    }
}
