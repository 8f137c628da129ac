using RefreshTokenRotation.AspNetCore.Tests.Support;

namespace RefreshTokenRotation.AspNetCore.Tests.OAuth;

/// <summary>What answers tell of the remaining life of refresh token and authorization (draft-ietf-oauth-refresh-token-expiration-03).</summary>
[TestFixture]
internal sealed class LifetimeTests
{
    private const int Day = 24 * 60 * 60;

    [Test]
    public async Task Limits_shrink_and_the_timeout_never_exceeds_the_authorization()
    {
        await using var host = await StartAsync(RotationPolicy.Strict with { AbsoluteLifetime = TimeSpan.FromDays(10), IdleLifetime = TimeSpan.FromDays(7) });
        var issued = await host.IssueAsync();

        host.Time.Advance(TimeSpan.FromDays(2));
        var second = await host.RefreshAsync(issued.RefreshToken.Reveal());
        Told(second).Should().Be((7 * Day, 8 * Day));

        host.Time.Advance(TimeSpan.FromDays(5) + TimeSpan.FromMilliseconds(1));
        var third = await host.RefreshAsync(second.RefreshToken!);
        Told(third).Should().Be(((3 * Day) - 1, (3 * Day) - 1), "seconds that have begun do not count");
    }

    [Test]
    public async Task First_answer_tells_too()
    {
        await using var host = await StartAsync(RotationPolicy.Strict, static setup => setup.Build = new StubGrantHandler().AddTo);

        var answer = await host.TokenAsync($"grant_type={StubGrantHandler.Type}&client_id={Clients.Public}&resource={Clients.Api1}&scope=offline_access");

        Told(answer).Should().Be((15 * Day, 30 * Day), answer.Text);
    }

    [Test]
    public async Task Limit_that_the_family_does_not_have_is_left_out()
    {
        await using var host = await StartAsync(RotationPolicy.Strict with { IdleLifetime = null, InfiniteIdleLifetime = true });
        await using var endless = await StartAsync(new RotationPolicy { RotationType = RotationType.NonRotating, ExpirationType = ExpirationType.NonExpiring });

        Told(await host.RefreshAsync((await host.IssueAsync()).RefreshToken.Reveal())).Should().Be((null, 30 * Day));
        Told(await endless.RefreshAsync((await endless.IssueAsync()).RefreshToken.Reveal())).Should().Be((null, null));
    }

    [Test]
    public async Task Introspection_of_a_refresh_token_tells_and_moves_nothing()
    {
        await using var host = await StartAsync(RotationPolicy.Strict);
        var issued = await host.IssueAsync(Clients.Confidential);
        host.Time.Advance(TimeSpan.FromDays(1));

        for (var i = 0; i < 2; i++)
        {
            var answer = await host.PostAsync("/oauth/introspect", $"token={issued.RefreshToken.Reveal()}", static request => request.Basic(Clients.Confidential, Clients.Secret));
            Told(answer).Should().Be((14 * Day, 29 * Day));
        }
    }

    [Test]
    public async Task Nothing_is_told_unless_the_host_says_so()
    {
        await using var host = await TestHost.StartAsync();
        await using var telling = await StartAsync(RotationPolicy.Strict);

        Told(await host.RefreshAsync((await host.IssueAsync()).RefreshToken.Reveal())).Should().Be((null, null));
        (await MetadataAsync(host)).Should().NotContain("expiration_types");
        (await MetadataAsync(telling)).Should().Contain("\"refresh_token_expiration_types_supported\":[\"authorization\",\"token_timeout\"]");
    }

    private static async Task<string> MetadataAsync(TestHost host) => (await host.SendAsync(new HttpRequestMessage(HttpMethod.Get, "/.well-known/oauth-authorization-server"))).Text;

    private static (int? Timeout, int? Authorization) Told(Answer answer)
    {
        ((int)answer.Status).Should().Be(200, answer.Text);
        return (Read("refresh_token_timeout"), Read("authorization_expires_in"));

        int? Read(string name) => answer.Json.TryGetProperty(name, out var value) ? value.GetInt32() : null;
    }

    private static Task<TestHost> StartAsync(RotationPolicy policy, Action<TestHostSetup>? change = null) => TestHost.StartAsync(setup =>
    {
        setup.Policy(policy);
        setup.Endpoints(static options => options.StateLifetimes = true);
        change?.Invoke(setup);
    });
}
