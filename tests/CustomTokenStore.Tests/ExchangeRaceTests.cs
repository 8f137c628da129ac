using CustomTokenStore.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using RefreshTokenRotation;
using RefreshTokenRotation.Tests.Support;

namespace CustomTokenStore.Tests;

/// <summary>One token, presented by several callers at once, with the engine before the store.</summary>
[TestFixture]
internal sealed class ExchangeRaceTests
{
    [Test]
    public async Task Token_presented_in_parallel_without_leeway_succeeds_at_most_once_and_ends_the_family()
    {
        using var disk = new Disk();
        await using var provider = Host(disk, RotationPolicy.Strict);
        var engine = provider.GetRequiredService<IRefreshTokenService>();
        await ExchangeRace.WithoutLeewayEndsEachFamilyAsync([engine], callers: 4);
    }

    [Test]
    public async Task Token_presented_in_parallel_with_leeway_gets_one_successor_for_all()
    {
        using var disk = new Disk();
        await using var provider = Host(disk, RotationPolicy.Spa);
        var engine = provider.GetRequiredService<IRefreshTokenService>();
        await ExchangeRace.WithLeewayGivesOneSuccessorAsync([engine], callers: 4);
    }

    [Test]
    public async Task Token_of_before_a_restart_is_exchanged_after_it_and_its_replay_is_detected()
    {
        using var disk = new Disk();
        RefreshToken first, second;
        await using (var provider = Host(disk, RotationPolicy.Strict))
        {
            var engine = provider.GetRequiredService<IRefreshTokenService>();
            first = (await engine.IssueAsync(new IssueRequest { Subject = "alice", ClientId = "app" })).RefreshToken;
            second = (await PresentAsync(engine, first)).Should().BeOfType<ExchangeResult.Succeeded>().Subject.RefreshToken;
        }

        await using (var provider = Host(disk, RotationPolicy.Strict))
        {
            var engine = provider.GetRequiredService<IRefreshTokenService>();
            (await PresentAsync(engine, second)).Should().BeOfType<ExchangeResult.Succeeded>();
            (await PresentAsync(engine, first)).Should().BeOfType<ExchangeResult.Rejected>().Which.Reason.Should().Be(RejectionReason.ReuseDetected);
        }
    }

    private static ServiceProvider Host(Disk disk, RotationPolicy policy)
    {
        var services = new ServiceCollection().AddSingleton<TimeProvider>(new FakeTime());
        services.AddRefreshTokenRotation(options => options.DefaultPolicy = policy).UseJournal(disk.Path);
        return services.BuildServiceProvider();
    }

    private static async Task<ExchangeResult> PresentAsync(IRefreshTokenService engine, RefreshToken token) =>
        await engine.ExchangeAsync(new ExchangeRequest { RefreshToken = token, ClientId = "app" });
}
