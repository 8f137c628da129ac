using Microsoft.Extensions.DependencyInjection;
using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.Tests.Rotation;

/// <summary>Some drivers answer a cancelled call with an exception of their own. It is a cancellation, and no outage.</summary>
[TestFixture, NonParallelizable]
internal sealed class CancellationTests
{
    [Test]
    public async Task Drivers_own_exception_while_the_caller_is_cancelled_is_a_cancellation([Values] bool measured)
    {
        using var caller = new CancellationTokenSource();
        using var metrics = measured ? new MetricRecorder() : null;
        var store = new ScriptedStore();
        using var engine = new Engine(store: store);
        var issued = await engine.IssueAsync();
        store.OnFind = async (_, _) =>
        {
            await caller.CancelAsync();
            throw new IOException("57014: canceling statement due to user request");
        };

        var exchange = () => engine.Tokens.ExchangeAsync(
            new ExchangeRequest { RefreshToken = issued.RefreshToken, ClientId = Engine.Client }, caller.Token).AsTask();

        var thrown = (await exchange.Should().ThrowAsync<OperationCanceledException>()).Which;
        thrown.CancellationToken.Should().Be(caller.Token);
        thrown.InnerException.Should().BeOfType<IOException>();
        if (metrics is not null)
        {
            metrics.Of(RotationTelemetry.StoreDuration).Last().Tags.Should().Be("operation=find,failed=false");
            metrics.Of(RotationTelemetry.ExchangeDuration).Single().Tags.Should().Be("result=cancelled");
        }

        store.Reset();
        (await engine.SucceedAsync(issued.RefreshToken)).Outcome.Should().Be(ExchangeOutcome.Rotated, "nothing was consumed");
    }

    [Test]
    public async Task Same_exception_without_a_cancellation_is_an_outage()
    {
        var store = new ScriptedStore { OnFind = (_, _) => throw new IOException("57014") };
        using var engine = new Engine(store: store);
        var issued = await engine.IssueAsync();

        (await engine.BreakAsync(issued.RefreshToken)).InnerException.Should().BeOfType<IOException>();
    }

    [Test]
    public async Task Policy_sources_own_exception_while_the_caller_is_cancelled_is_a_cancellation()
    {
        using var caller = new CancellationTokenSource();
        var resolver = new Resolver();
        using var engine = new Engine(configure: builder => builder.Services.AddSingleton<IRotationPolicyResolver>(resolver));
        var issued = await engine.IssueAsync();
        resolver.OnResolve = caller.Cancel;

        var exchange = () => engine.Tokens.ExchangeAsync(
            new ExchangeRequest { RefreshToken = issued.RefreshToken, ClientId = Engine.Client }, caller.Token).AsTask();

        await exchange.Should().ThrowAsync<OperationCanceledException>();
    }

    [Test]
    public async Task Policy_stores_failures_are_outages_or_cancellations_and_never_the_callers_mistakes([Values] bool cancelled)
    {
        var services = new ServiceCollection();
        services.AddRefreshTokenRotation().UsePolicyStore<BrokenPolicyStore>();
        await using var provider = services.BuildServiceProvider();
        var policies = provider.GetRequiredService<IRotationPolicyManager>();
        using var caller = new CancellationTokenSource();
        if (cancelled)
        {
            await caller.CancelAsync();
        }

        foreach (var call in new Func<Task>[]
        {
            () => policies.GetAsync("c", cancellationToken: caller.Token).AsTask(),
            () => policies.SetAsync("c", RotationPolicy.Strict, cancellationToken: caller.Token).AsTask(),
            () => policies.RemoveAsync("c", cancellationToken: caller.Token).AsTask(),
            () => policies.ReadAsync("c", cancellationToken: caller.Token).AsTask(),
            () => policies.TrySetAsync("c", RotationPolicy.Strict, version: null, cancellationToken: caller.Token).AsTask(),
            () => policies.TryRemoveAsync("c", version: null, cancellationToken: caller.Token).AsTask(),
        })
        {
            var thrown = (await call.Should().ThrowAsync<Exception>()).Which;
            thrown.Should().BeOfType(cancelled ? typeof(OperationCanceledException) : typeof(RefreshTokenUnavailableException));
            thrown.InnerException.Should().BeOfType<ArgumentException>();
        }
    }

    [Test]
    public async Task Revocation_of_a_reuse_goes_on_when_the_caller_cancels()
    {
        using var caller = new CancellationTokenSource();
        var store = new ScriptedStore();
        using var engine = new Engine(RotationPolicy.Strict, store);
        var issued = await engine.IssueAsync();
        var rotated = await engine.SucceedAsync(issued.RefreshToken);
        store.Reset();
        store.OnSwap = async (call, _) =>
        {
            await caller.CancelAsync();
            return call == 1 ? SwapFault.ThrowBeforeWrite : SwapFault.None;
        };

        var result = await engine.Tokens.ExchangeAsync(
            new ExchangeRequest { RefreshToken = issued.RefreshToken, ClientId = Engine.Client }, caller.Token);

        result.Should().BeOfType<ExchangeResult.Rejected>().Which.Reason.Should().Be(RejectionReason.ReuseDetected);
        (await engine.FailAsync(rotated.RefreshToken)).Should().Be(RejectionReason.Revoked);
    }

    private sealed class Resolver : IRotationPolicyResolver
    {
        public Action? OnResolve { get; set; }

        public ValueTask<RotationPolicy> ResolveAsync(RotationPolicyContext context, CancellationToken cancellationToken)
        {
            if (OnResolve is null)
            {
                return new(RotationPolicy.Strict);
            }

            OnResolve();
            throw new TimeoutException("The driver gave up.");
        }
    }

    private sealed class BrokenPolicyStore : IRotationPolicyStore
    {
        public ValueTask<RotationPolicy?> FindAsync(string clientId, string tenantId, CancellationToken cancellationToken) =>
            throw new ArgumentException("a driver's text");

        public ValueTask<VersionedRotationPolicy?> ReadAsync(string clientId, string tenantId, CancellationToken cancellationToken) =>
            throw new ArgumentException("a driver's text");

        public ValueTask<bool> TrySetAsync(string clientId, string tenantId, RotationPolicy? policy, string? version, CancellationToken cancellationToken) =>
            throw new ArgumentException("a driver's text");
    }
}
