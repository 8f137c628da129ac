using Microsoft.AspNetCore.Builder;
using RefreshTokenRotation.AspNetCore.Tests.Support;
using RefreshTokenRotation.Testing;
using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.AspNetCore.Tests.ResourceServer;

/// <summary>A use of an access token ends the lost-response recovery of its generation, once, and never at the cost of the request.</summary>
[TestFixture]
internal sealed class UseConfirmationTests
{
    private static readonly TimeSpan AfterLeeway = RotationPolicy.Mobile.Leeway + TimeSpan.FromSeconds(1);

    [Test]
    public async Task Lost_response_recovers_as_long_as_its_access_token_was_not_used()
    {
        await using var host = await StartAsync();
        var (issued, _) = await host.LogInAsync();
        host.Time.Advance(AfterLeeway);

        ((int)(await host.RefreshAsync(issued.RefreshToken.Reveal())).Status).Should().Be(200);
    }

    [Test]
    public async Task Previous_token_recovers_no_more_after_the_new_access_token_was_used()
    {
        await using var host = await StartAsync();
        var (issued, refreshed) = await host.LogInAsync();

        (await host.CallAsync(refreshed.AccessToken)).ShouldPass();
        host.Time.Advance(AfterLeeway);

        (await host.RefreshAsync(issued.RefreshToken.Reveal())).ShouldBeError(400, "invalid_grant");
        (await host.Families.FindAsync(issued.Family.FamilyId))!.RevocationReason.Should().Be(RevocationReason.ReuseDetected);
    }

    [Test]
    public async Task Leeway_goes_on_after_a_use()
    {
        await using var host = await StartAsync();
        var (issued, refreshed) = await host.LogInAsync();

        (await host.CallAsync(refreshed.AccessToken)).ShouldPass();

        (await host.RefreshAsync(issued.RefreshToken.Reveal())).RefreshToken.Should().Be(refreshed.RefreshToken);
    }

    [Test]
    public async Task Generation_is_told_once()
    {
        await using var host = await StartAsync();
        var (_, first) = await host.LogInAsync();
        for (var i = 0; i < 5; i++)
        {
            (await host.CallAsync(first.AccessToken)).ShouldPass();
        }

        Reads(host).Should().Be(1);

        var second = await host.RefreshAsync(first.RefreshToken!);
        for (var i = 0; i < 5; i++)
        {
            (await host.CallAsync(second.AccessToken)).ShouldPass();
            (await host.CallAsync(first.AccessToken)).ShouldPass();
        }

        Reads(host).Should().Be(2, "the older generation is not told again");
    }

    [Test]
    public async Task Failing_store_fails_no_request_and_is_asked_again_later()
    {
        using var recorder = new MetricRecorder(ResourceServerTelemetry.Confirmations);
        await using var host = await StartAsync();
        var (issued, refreshed) = await host.LogInAsync();
        host.Store.Plan = static _ => StoreFault.ThrowBeforeWrite;

        (await host.CallAsync(refreshed.AccessToken)).ShouldPass();
        (await host.CallAsync(refreshed.AccessToken)).ShouldPass();
        Reads(host).Should().Be(1, "an outage is not made worse by every request");
        host.Logs.Of(323).Should().ContainSingle();

        host.Store.Heal();
        host.Time.Advance(TimeSpan.FromSeconds(1));
        (await host.CallAsync(refreshed.AccessToken)).ShouldPass();
        host.Time.Advance(AfterLeeway);
        (await host.RefreshAsync(issued.RefreshToken.Reveal())).ShouldBeError(400, "invalid_grant");
        recorder.Sum(ResourceServerTelemetry.Confirmations, "failed=true").Should().Be(1);
        recorder.Sum(ResourceServerTelemetry.Confirmations, "failed=false").Should().Be(1);
    }

    [Test]
    public async Task Hanging_store_delays_a_request_for_its_time_only()
    {
        var gate = new StoreGate();
        await using var host = await StartAsync();
        var (_, refreshed) = await host.LogInAsync();
        host.Store.OnNext(StoreCall.List, StoreFault.DelayBefore(gate));

        var call = host.CallAsync(refreshed.AccessToken);
        await gate.Reached;
        call.IsCompleted.Should().BeFalse("whoever gets the answer knows that the recovery is over");
        host.Time.Advance(TimeSpan.FromSeconds(2));

        (await call).ShouldPass();
    }

    [Test]
    public async Task Tokens_that_name_no_generation_pass_without_a_question()
    {
        await using var host = await StartAsync();

        (await host.CallAsync(null)).ShouldPass();
        (await host.CallWithClaimsAsync("sub=alice")).ShouldPass();
        (await host.CallWithClaimsAsync("rtr_fid=0123456789abcdef0123456789abcdef")).ShouldPass();
        (await host.CallWithClaimsAsync("rtr_fid=0123456789abcdef0123456789abcdef,rtr_gen=-1")).ShouldPass();
        (await host.CallWithClaimsAsync("rtr_fid=nonsense,rtr_gen=1")).ShouldPass();
        host.Store.History.Should().BeEmpty();
    }

    [Test]
    public async Task Refused_token_is_no_use()
    {
        await using var host = await ProtectedApi.StartAsync(pipeline: static app => app.UseAccessTokenDenyList().UseRecoveryConfirmation());
        var (issued, refreshed) = await host.LogInAsync();
        await host.RevokeAsync(issued);

        (await host.CallAsync(refreshed.AccessToken)).ShouldBeRefused();

        Reads(host).Should().Be(1, "the deny list asked, and nobody after it");
    }

    private static Task<TestHost> StartAsync() => ProtectedApi.StartAsync(pipeline: static app => app.UseRecoveryConfirmation());

    private static int Reads(TestHost host) => host.Store.History.Count(call => call.Context.Call == StoreCall.List);
}
