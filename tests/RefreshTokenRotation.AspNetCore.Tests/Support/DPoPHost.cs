using Microsoft.Extensions.DependencyInjection;

namespace RefreshTokenRotation.AspNetCore.Tests.Support;

/// <summary>Hosts that take DPoP proofs, and a grant that anybody may use.</summary>
internal static class DPoPHost
{
    public static Task<TestHost> StartAsync(Action<DPoPOptions>? configure = null, Action<TestHostSetup>? change = null) => TestHost.StartAsync(setup =>
    {
        setup.Build = rotation =>
        {
            new StubGrantHandler().AddTo(rotation);
            rotation.AddDPoP(configure);
        };
        change?.Invoke(setup);
    });

    /// <summary>What a protected API answers.</summary>
    public static void ShouldBeRefused(this Answer answer, int status, string error)
    {
        ((int)answer.Status).Should().Be(status, "the body is {0}", answer.Text);
        answer.Text.Should().Be($$"""{"error":"{{error}}"}""");
        answer.ShouldNotBeCached();
        answer.Headers.Should().ContainKey("WWW-Authenticate");
    }

    /// <summary>The event that a refusal by row 4 of the decision table raises.</summary>
    public static void ShouldTellSenderMismatch(this EventLog events) =>
        events.All.OfType<RefreshTokenEvent.Rejected>().Should().ContainSingle()
            .Which.Should().Match<RefreshTokenEvent.Rejected>(told => told.Reason == RejectionReason.SenderMismatch && told.IsSecurityEvent);
}
