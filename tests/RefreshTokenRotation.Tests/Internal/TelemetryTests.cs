using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using RefreshTokenRotation.Rotation;
using RefreshTokenRotation.Storage;
using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.Tests.Internal;

/// <summary>Metrics and spans under their public names.</summary>
[TestFixture, NonParallelizable]
internal sealed class TelemetryTests
{
    [Test]
    public async Task Metrics_count_what_happened_by_outcome_and_reason()
    {
        using var metrics = new MetricRecorder();
        using var engine = new Engine(RotationPolicy.Mobile with { ActiveCap = 2 });
        var issued = await engine.IssueAsync();
        var lost = await engine.SucceedAsync(issued.RefreshToken);
        await engine.SucceedAsync(issued.RefreshToken);
        engine.Time.Advance(TimeSpan.FromHours(1));
        await engine.SucceedAsync(issued.RefreshToken);
        await engine.FailAsync(lost.RefreshToken);
        await engine.FailAsync("rtr_garbage");
        await engine.IssueAsync();
        await engine.IssueAsync();
        await engine.IssueAsync();
        await engine.Families.RevokeAsync(TokenFamilyFilter.ForUser(Engine.User), RevocationReason.User);

        metrics.Sum(RotationTelemetry.Issues).Should().Be(4);
        metrics.Sum(RotationTelemetry.Exchanges, "outcome=rotated").Should().Be(1);
        metrics.Sum(RotationTelemetry.Exchanges, "outcome=reissued").Should().Be(1);
        metrics.Sum(RotationTelemetry.Exchanges, "outcome=recovered").Should().Be(1);
        metrics.Sum(RotationTelemetry.Rejections, "reason=reuse_detected").Should().Be(1);
        metrics.Sum(RotationTelemetry.Rejections, "reason=unknown").Should().Be(1);
        metrics.Sum(RotationTelemetry.Reuses, "shadow=false").Should().Be(1);
        metrics.Sum(RotationTelemetry.ReuseAge).Should().Be(1, "generation 1 was presented where 2 is current");
        metrics.Sum(RotationTelemetry.Evictions).Should().Be(1);
        metrics.Sum(RotationTelemetry.Revocations, "reason=user").Should().Be(2);
    }

    [Test]
    public async Task Durations_are_measured_on_the_hosts_clock()
    {
        using var metrics = new MetricRecorder();
        using var engine = new Engine();
        var issued = await engine.IssueAsync();
        await engine.Tokens.ExchangeAsync(new ExchangeRequest
        {
            RefreshToken = issued.RefreshToken,
            ClientId = Engine.Client,
            CreateAccessToken = (_, _) =>
            {
                engine.Time.Advance(TimeSpan.FromSeconds(2));
                return new(new AccessToken { Value = "at", Lifetime = TimeSpan.FromMinutes(5) });
            },
        });

        metrics.Of(RotationTelemetry.ExchangeDuration).Should().ContainSingle()
            .Which.Should().Be((RotationTelemetry.ExchangeDuration, 2.0, "result=rotated"));
        metrics.Of(RotationTelemetry.StoreDuration).Select(call => call.Tags).Should().Equal(
            "operation=add,failed=false", "operation=find,failed=false", "operation=compare_and_swap,failed=false");
    }

    [Test]
    public async Task An_outage_is_measured_as_such()
    {
        using var metrics = new MetricRecorder();
        using var engine = new Engine(store: new BrokenStore());
        var token = new RefreshToken("rtr_" + Convert.ToBase64String(WellFormed()).Replace('+', '-').Replace('/', '_'));

        var exchange = () => engine.ExchangeAsync(token);

        await exchange.Should().ThrowAsync<RefreshTokenUnavailableException>();
        metrics.Of(RotationTelemetry.ExchangeDuration).Should().ContainSingle().Which.Tags.Should().Be("result=unavailable");
        metrics.Of(RotationTelemetry.StoreDuration).Should().ContainSingle().Which.Tags.Should().Be("operation=find,failed=true");
    }

    [Test]
    public async Task Spans_tell_the_call_and_its_result()
    {
        var spans = new List<(string Name, object? Result, ActivityStatusCode Status)>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => string.Equals(source.Name, RotationTelemetry.ActivitySourceName, StringComparison.Ordinal),
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = span => spans.Add((span.OperationName, span.GetTagItem("refresh_token_rotation.result"), span.Status)),
        };
        ActivitySource.AddActivityListener(listener);
        using var engine = new Engine();
        var issued = await engine.IssueAsync();
        var rotated = await engine.SucceedAsync(issued.RefreshToken);
        await engine.Tokens.IntrospectAsync(new IntrospectRequest { RefreshToken = rotated.RefreshToken });
        await engine.Tokens.RevokeAsync(new RevokeRequest { RefreshToken = rotated.RefreshToken, ClientId = Engine.Client });
        await engine.FailAsync(rotated.RefreshToken);
        var broken = () => engine.Tokens.ExchangeAsync(new ExchangeRequest { RefreshToken = rotated.RefreshToken, ClientId = "" }).AsTask();
        await broken.Should().ThrowAsync<ArgumentException>();

        spans.Should().Equal(
            ("refresh_token.issue", "issued", ActivityStatusCode.Unset),
            ("refresh_token.exchange", "rotated", ActivityStatusCode.Unset),
            ("refresh_token.introspect", "active", ActivityStatusCode.Unset),
            ("refresh_token.revoke", "revoked", ActivityStatusCode.Unset),
            ("refresh_token.exchange", "revoked", ActivityStatusCode.Unset),
            ("refresh_token.exchange", null, ActivityStatusCode.Error));
    }

    [Test]
    public async Task Instruments_cost_no_allocation_while_nobody_listens()
    {
        var services = new ServiceCollection();
        services.AddRefreshTokenRotation();
        await using var provider = services.BuildServiceProvider();
        var service = provider.GetRequiredService<IRefreshTokenService>();
        var bare = provider.GetRequiredService<TokenExchange>();
        var current = (await service.IssueAsync(new IssueRequest { Subject = "alice", ClientId = "spa" })).RefreshToken;

        var measured = BytesOf(request => service.ExchangeAsync(request));
        var unmeasured = BytesOf(request => bare.ExchangeAsync(request, CancellationToken.None));
        using var recorder = new MetricRecorder();
        var listened = BytesOf(request => service.ExchangeAsync(request));

        measured.Should().Be(unmeasured).And.BeLessThan(1024);
        listened.Should().BeGreaterThan(measured, "the comparison can fail");

        long BytesOf(Func<ExchangeRequest, ValueTask<ExchangeResult>> exchange)
        {
            Rotate(exchange, 1000);
            var before = GC.GetAllocatedBytesForCurrentThread();
            Rotate(exchange, 100);
            return (GC.GetAllocatedBytesForCurrentThread() - before) / 100;
        }

        void Rotate(Func<ExchangeRequest, ValueTask<ExchangeResult>> exchange, int times)
        {
            for (var i = 0; i < times; i++)
            {
                var answer = exchange(new ExchangeRequest { RefreshToken = current, ClientId = "spa" });
                current = ((ExchangeResult.Succeeded)answer.GetAwaiter().GetResult()).RefreshToken;
            }
        }
    }

    [Test]
    public async Task Families_revoked_for_reuse_are_counted_once()
    {
        using var metrics = new MetricRecorder();
        using var engine = new Engine(RotationPolicy.Strict with { ReuseResponse = ReuseResponse.User });
        var issued = await engine.IssueAsync();
        await engine.IssueAsync();
        await engine.SucceedAsync(issued.RefreshToken);
        await engine.FailAsync(issued.RefreshToken);
        await engine.FailAsync(issued.RefreshToken);

        metrics.Sum(RotationTelemetry.Revocations, "reason=reuse_detected").Should().Be(2, "the family and its sibling");
    }

    [Test]
    public async Task Calls_that_end_otherwise_are_no_outage()
    {
        using var metrics = new MetricRecorder(RotationTelemetry.ExchangeDuration);
        using var engine = new Engine();
        var issued = await engine.IssueAsync();
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();
        var cancel = () => engine.Tokens.ExchangeAsync(
            new ExchangeRequest { RefreshToken = issued.RefreshToken, ClientId = Engine.Client }, cancelled.Token).AsTask();
        var mistake = () => engine.ExchangeAsync(issued.RefreshToken, client: string.Empty);

        await cancel.Should().ThrowAsync<OperationCanceledException>();
        await mistake.Should().ThrowAsync<ArgumentException>();

        metrics.All.Select(measurement => measurement.Tags).Should().Equal("result=cancelled", "result=error");
    }

    /// <summary>57 bytes with the right format and checksum, so that the parser lets them pass.</summary>
    private static byte[] WellFormed()
    {
        var token = RefreshTokenRotation.Rotation.TokenFormat.Create("rtr_", 0, new byte[32], new byte[16]);
        return Convert.FromBase64String(token["rtr_".Length..].Replace('-', '+').Replace('_', '/'));
    }

    private sealed class BrokenStore : ITokenStore
    {
        public ValueTask<IReadOnlyList<TokenFamily>> AddAsync(TokenFamily family, int activeCap, DateTimeOffset now, CancellationToken cancellationToken) => throw new IOException();

        public ValueTask<TokenFamily?> FindAsync(Opaque256 lookupKey, CancellationToken cancellationToken) => throw new IOException();

        public ValueTask<bool> CompareAndSwapAsync(TokenFamily family, long expectedVersion, CancellationToken cancellationToken) => throw new IOException();

        public ValueTask<IReadOnlyList<TokenFamily>> ListAsync(TokenFamilyQuery query, CancellationToken cancellationToken) => throw new IOException();

        public ValueTask<long> RevokeAsync(TokenFamilyFilter filter, FamilyRevocation revocation, CancellationToken cancellationToken) => throw new IOException();

        public ValueTask<int> PruneAsync(DateTimeOffset endedBefore, int limit, CancellationToken cancellationToken) => throw new IOException();
    }
}
