using RefreshTokenRotation.AspNetCore.Tests.Support;
using RefreshTokenRotation.Testing;
using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.AspNetCore.Tests.ResourceServer;

/// <summary>How long after its end a family is let in, and how often the source is asked, over HTTP on a clock that stands still.</summary>
[TestFixture]
internal sealed class DelayTests
{
    private static readonly TimeSpan Tick = TimeSpan.FromTicks(1);

    [TestCase(0)]
    [TestCase(1)]
    [TestCase(10)]
    public async Task Family_that_another_node_ended_is_let_in_for_the_cache_time_at_most(int seconds)
    {
        using var recorder = new MetricRecorder(ResourceServerTelemetry.AnswerAge);
        var cacheTime = TimeSpan.FromSeconds(seconds);
        await using var host = await ProtectedApi.StartAsync(options => options.CacheTime = cacheTime);
        var (issued, refreshed) = await host.LogInAsync();
        (await host.CallAsync(refreshed.AccessToken)).ShouldPass();
        await host.RevokeElsewhereAsync(issued);

        if (seconds > 0)
        {
            host.Time.Advance(cacheTime - Tick);
            (await host.CallAsync(refreshed.AccessToken)).ShouldPass();
            host.Time.Advance(Tick);
        }

        (await host.CallAsync(refreshed.AccessToken)).ShouldBeRefused();
        recorder.Of(ResourceServerTelemetry.AnswerAge).Max(measurement => measurement.Value).Should().BeInRange(seconds * 0.9, seconds);
    }

    [Test]
    public async Task Delay_never_exceeds_the_cache_time_whenever_the_family_ends()
    {
        const int Seed = 20261;
        var random = new Random(Seed);
        await using var host = await ProtectedApi.StartAsync();
        var longest = TimeSpan.Zero;
        for (var round = 0; round < 40; round++)
        {
            var (issued, refreshed) = await host.LogInAsync();
            var end = host.Time.GetUtcNow() + TimeSpan.FromMilliseconds(random.Next(1, 25_000));
            var isRevoked = false;
            while (true)
            {
                if (!isRevoked && host.Time.GetUtcNow() >= end)
                {
                    await host.RevokeElsewhereAsync(issued);
                    (end, isRevoked) = (host.Time.GetUtcNow(), true);
                }

                var answer = await host.CallAsync(refreshed.AccessToken);
                if ((int)answer.Status == 401)
                {
                    break;
                }

                answer.ShouldPass();
                longest = isRevoked && host.Time.GetUtcNow() - end is var letIn && letIn > longest ? letIn : longest;
                host.Time.Advance(TimeSpan.FromMilliseconds(random.Next(1, 3_000)));
            }

            isRevoked.Should().BeTrue("seed {0}", Seed);
        }

        longest.Should().BeGreaterThan(TimeSpan.FromSeconds(5), "seed {0}", Seed).And.BeLessThan(TimeSpan.FromSeconds(10), "seed {0}", Seed);
        TestContext.Out.WriteLine($"longest time after its end that a family was let in: {longest}; cache time 00:00:10");
    }

    [Test]
    public async Task Source_is_asked_once_a_family_and_cache_time()
    {
        await using var host = await ProtectedApi.StartAsync();
        var (_, first) = await host.LogInAsync();
        var second = await host.RefreshAsync(first.RefreshToken!);

        for (var i = 0; i < 10; i++)
        {
            (await host.CallAsync(first.AccessToken)).ShouldPass();
            (await host.CallAsync(second.AccessToken)).ShouldPass();
            host.Time.Advance(TimeSpan.FromSeconds(2.5));
        }

        Questions(host).Should().Be(3, "the requests took 22.5 seconds and both tokens are of one family");
    }

    [Test]
    public async Task Without_a_cache_time_every_request_asks()
    {
        await using var host = await ProtectedApi.StartAsync(options => options.CacheTime = TimeSpan.Zero);
        var (_, refreshed) = await host.LogInAsync();

        for (var i = 0; i < 5; i++)
        {
            (await host.CallAsync(refreshed.AccessToken)).ShouldPass();
        }

        Questions(host).Should().Be(5);
    }

    [Test]
    public async Task Ended_family_is_refused_without_a_question_until_its_token_expires()
    {
        await using var host = await ProtectedApi.StartAsync();
        host.Issuer.DefaultLifetime = TimeSpan.FromHours(1);
        var (issued, refreshed) = await host.LogInAsync();
        await host.RevokeAsync(issued);
        (await host.CallAsync(refreshed.AccessToken)).ShouldBeRefused();
        var asked = Questions(host);

        host.Store.Plan = static _ => StoreFault.ThrowBeforeWrite;
        host.Time.Advance(TimeSpan.FromHours(1) - Tick);

        (await host.CallAsync(refreshed.AccessToken)).ShouldBeRefused();
        Questions(host).Should().Be(asked);
        host.Logs.Of(321).Should().ContainSingle();
    }

    [Test]
    public async Task Outage_is_answered_with_503_and_nothing_of_it_is_kept()
    {
        using var recorder = new MetricRecorder();
        await using var host = await ProtectedApi.StartAsync(options => options.RetryAfter = TimeSpan.FromSeconds(7));
        var (_, refreshed) = await host.LogInAsync();
        host.Store.Plan = static _ => StoreFault.ThrowBeforeWrite;

        var answer = await host.CallAsync(refreshed.AccessToken);

        answer.ShouldBeError(503, "temporarily_unavailable");
        answer.Header("Retry-After").Should().Be("7");
        host.Logs.Of(322).Should().ContainSingle();
        recorder.Sum(ResourceServerTelemetry.Unavailable, "allowed=false").Should().Be(1);
        host.Store.Heal();
        (await host.CallAsync(refreshed.AccessToken)).ShouldPass();
    }

    [Test]
    public async Task Outage_does_not_stretch_the_cache_time()
    {
        await using var host = await ProtectedApi.StartAsync();
        var (_, refreshed) = await host.LogInAsync();
        (await host.CallAsync(refreshed.AccessToken)).ShouldPass();
        host.Store.Plan = static _ => StoreFault.ThrowBeforeWrite;

        host.Time.Advance(TimeSpan.FromSeconds(10) - Tick);
        (await host.CallAsync(refreshed.AccessToken)).ShouldPass();
        host.Time.Advance(Tick);
        (await host.CallAsync(refreshed.AccessToken)).ShouldBeError(503, "temporarily_unavailable");
    }

    [Test]
    public async Task Outage_lets_requests_in_where_the_host_says_so()
    {
        using var recorder = new MetricRecorder();
        await using var host = await ProtectedApi.StartAsync(options => options.AllowWhenUnavailable = true);
        var (issued, refreshed) = await host.LogInAsync();
        await host.RevokeAsync(issued);
        host.Store.Plan = static _ => StoreFault.ThrowBeforeWrite;

        (await host.CallAsync(refreshed.AccessToken)).ShouldPass();
        recorder.Sum(ResourceServerTelemetry.Unavailable, "allowed=true").Should().Be(1);

        host.Store.Heal();
        (await host.CallAsync(refreshed.AccessToken)).ShouldBeRefused();
        recorder.Sum(ResourceServerTelemetry.Refusals, "reason=ended").Should().Be(1);
    }

    [Test]
    public async Task Source_that_hangs_is_an_outage_when_its_time_is_over()
    {
        var gate = new StoreGate();
        await using var host = await ProtectedApi.StartAsync(options => options.SourceTimeout = TimeSpan.FromSeconds(3));
        var (_, refreshed) = await host.LogInAsync();
        ((int)(await host.CallAsync(refreshed.AccessToken)).Status).Should().Be(200);
        host.Time.Advance(TimeSpan.FromSeconds(10));
        host.Store.OnNext(StoreCall.List, StoreFault.DelayBefore(gate));

        var call = host.CallAsync(refreshed.AccessToken);
        await gate.Reached;
        host.Time.Advance(TimeSpan.FromSeconds(3) - Tick);
        call.IsCompleted.Should().BeFalse();
        host.Time.Advance(Tick);

        (await call).ShouldBeError(503, "temporarily_unavailable");
    }

    private static int Questions(TestHost host) => host.Store.History.Count(call => call.Context.Call == StoreCall.List);
}
