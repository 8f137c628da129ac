using Microsoft.Extensions.DependencyInjection;
using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.Tests.Rotation;

/// <summary>A policy that can't be had, or that no host may use, consumes nothing.</summary>
[TestFixture]
internal sealed class PolicyFaultTests
{
    private readonly Faulty _resolver = new();

    [Test]
    public async Task Policy_that_can_not_be_resolved_is_an_outage()
    {
        using var engine = Create(out var token);
        _resolver.Answer = () => throw new IOException("down");

        (await engine.BreakAsync(token)).InnerException.Should().BeOfType<IOException>();

        await ExpectUntouchedAsync(engine, token);
    }

    [Test]
    public async Task Policy_out_of_bounds_is_a_fault_of_the_host_that_names_the_client_and_the_option()
    {
        using var engine = Create(out var token);
        _resolver.Answer = () => RotationPolicy.Strict with { Leeway = TimeSpan.FromDays(20) };

        await engine.Invoking(e => e.ExchangeAsync(token)).Should().ThrowAsync<RefreshTokenUnavailableException>()
            .WithMessage("*'spa'*Leeway (20.00:00:00)*IdleLifetime (15.00:00:00)*");

        await ExpectUntouchedAsync(engine, token);
    }

    [Test]
    public async Task Policy_that_is_missing_is_a_fault_of_the_host()
    {
        using var engine = Create(out var token);
        _resolver.Answer = () => null!;

        await engine.Invoking(e => e.ExchangeAsync(token)).Should().ThrowAsync<RefreshTokenUnavailableException>().WithMessage("*'spa'*");

        await ExpectUntouchedAsync(engine, token);
    }

    private Engine Create(out RefreshToken token)
    {
        _resolver.Answer = () => RotationPolicy.Strict;
        var engine = new Engine(configure: builder => builder.Services.AddSingleton<IRotationPolicyResolver>(_resolver));
        token = engine.IssueAsync().GetAwaiter().GetResult().RefreshToken;
        return engine;
    }

    private async Task ExpectUntouchedAsync(Engine engine, RefreshToken token)
    {
        _resolver.Answer = () => RotationPolicy.Strict;
        await engine.ExpectAsync(token, ExchangeOutcome.Rotated);
    }

    private sealed class Faulty : IRotationPolicyResolver
    {
        public Func<RotationPolicy> Answer { get; set; } = () => RotationPolicy.Strict;

        public ValueTask<RotationPolicy> ResolveAsync(RotationPolicyContext context, CancellationToken cancellationToken) => new(Answer());
    }
}
