using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using RefreshTokenRotation.AspNetCore.Tests.Support;
using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.AspNetCore.Tests;

/// <summary>Which APIs, and which of their scopes, a refreshed access token is for.</summary>
[TestFixture, NonParallelizable]
public sealed class ResourceScopeTests
{
    private readonly List<OAuthApi> _apis = [];

    [SetUp]
    public void SetUp()
    {
        _apis.Clear();
        _apis.Add(new OAuthApi { Audience = "https://a.example", AllowOfflineAccess = true, Scopes = ["read:messages"] });
        _apis.Add(new OAuthApi { Audience = "https://b.example", AllowOfflineAccess = true, Scopes = ["read:files"] });
    }

    [Test]
    public async Task Scope_follows_the_resource()
    {
        await using var host = await StartAsync();
        var issued = await host.IssueAsync(scope: "openid read:messages read:files offline_access", resources: "https://a.example https://b.example");

        var narrow = await host.RefreshAsync(issued.RefreshToken.Reveal(), "&resource=https://b.example");
        var whole = await host.RefreshAsync(narrow.RefreshToken!);

        narrow.Member("scope").Should().Be("openid read:files offline_access");
        host.Issuer.Requests.First().Scopes.Should().Equal("openid", "read:files", "offline_access");
        whole.Member("scope").Should().Be("openid read:messages read:files offline_access");
    }

    [Test]
    public async Task Scope_of_another_api_alone_is_invalid_and_consumes_nothing()
    {
        await using var host = await StartAsync();
        var issued = await host.IssueAsync(scope: "read:messages read:files", resources: "https://a.example https://b.example");

        (await host.RefreshAsync(issued.RefreshToken.Reveal(), "&resource=https://b.example&scope=read:messages")).ShouldBeError(400, "invalid_scope");

        await host.ShouldStillExchangeAsync(issued.RefreshToken);
    }

    [Test]
    public async Task Scope_that_a_policy_drops_altogether_is_invalid()
    {
        await using var host = await StartAsync(new ResourceScopes { Resource = "https://b.example", Scopes = ["read:files"] });
        var issued = await host.IssueAsync(scope: "read:messages", resources: "https://a.example");

        (await host.RefreshAsync(issued.RefreshToken.Reveal(), "&scope=bogus")).ShouldBeError(400, "invalid_scope");
        (await host.RefreshAsync(issued.RefreshToken.Reveal(), "&scope=bogus+read:messages")).Member("scope").Should().Be("read:messages");
    }

    [Test]
    public async Task Api_that_is_gone_or_allows_no_offline_access_is_refused_by_name_and_left_out_else([Values] bool isDeleted)
    {
        await using var host = await StartAsync();
        var issued = await host.IssueAsync(scope: "openid read:messages read:files", resources: "https://a.example https://b.example");
        _apis[1].AllowOfflineAccess = false;
        if (isDeleted)
        {
            _apis.RemoveAt(1);
        }

        (await host.RefreshAsync(issued.RefreshToken.Reveal(), "&resource=https://b.example")).ShouldBeError(400, "invalid_target");
        var answer = await host.RefreshAsync(issued.RefreshToken.Reveal());

        ((int)answer.Status).Should().Be(200, answer.Text);
        host.Issuer.Requests.Last().Resources.Should().Equal("https://a.example");
        _apis.Clear();
        (await host.RefreshAsync(answer.RefreshToken!)).ShouldBeError(400, "invalid_target");
        host.Logs.Of(301).Should().BeEmpty("a refusal is no outage");
    }

    [TestCase("read:messages admin offline_access", "https://a.example", "read:messages offline_access", TestName = "Granted scope that the API does not know is left out")]
    [TestCase("read:files admin offline_access", "https://a.example", "offline_access", TestName = "Granted scope of another API is left out")]
    [TestCase("read:messages admin", "https://a.example", "read:messages", TestName = "Granted scope without offline access follows the same rule")]
    [TestCase("openid profile email read:messages read:files", "https://a.example https://b.example", "openid profile email read:messages read:files", TestName = "Granted scope of all APIs and of OpenID Connect stays")]
    [TestCase("admin read:files offline_access", "https://a.example https://any.example", "admin read:files offline_access", TestName = "API that lists no scopes gets any")]
    [TestCase("admin offline_access", "", "admin offline_access", TestName = "Grant without an API keeps its scope")]
    public async Task Grant(string asked, string resources, string granted)
    {
        _apis.Add(new OAuthApi { Audience = "https://any.example", AllowOfflineAccess = true });
        await using var host = await StartAsync();

        var answer = await GrantAsync(host, asked, resources);

        answer.Member("scope").Should().Be(granted);
        host.Issuer.Requests.Single().Scopes.Should().Equal(granted.Split(' '));
        await GrantAsync(host, asked, resources);
        host.Logs.Of(327).Select(static entry => entry.Message.Split('(', ')')[..2]).Should().BeEquivalentTo(
            asked == granted ? Array.Empty<string[]>() : [["The client spa did not get every scope that its grant type handler granted: a scope must be in the Scopes of an OAuthApi ", "https://a.example"]],
            "it is said once a client");
    }

    [Test]
    public async Task Grant_of_unknown_scopes_alone_is_invalid()
    {
        await using var host = await StartAsync();

        (await GrantAsync(host, "admin", "https://a.example")).ShouldBeError(400, "invalid_scope");

        host.Logs.Of(327).Should().ContainSingle().Which.Message.Should().NotContain("admin");
        host.Issuer.Requests.Should().BeEmpty();
    }

    [Test]
    public async Task Refusal_by_the_list_of_apis_is_counted_as_what_it_is_and_is_no_error()
    {
        using var metrics = new MetricRecorder();
        var spans = new System.Collections.Concurrent.ConcurrentQueue<(string Name, object? Result, ActivityStatusCode Status)>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = static source => source.Name == RotationTelemetry.ActivitySourceName,
            Sample = static (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = span => spans.Enqueue((span.OperationName, span.GetTagItem("refresh_token_rotation.result"), span.Status)),
        };
        ActivitySource.AddActivityListener(listener);
        await using var host = await StartAsync();
        var issued = await host.IssueAsync(scope: "read:messages", resources: "https://a.example");
        _apis.Clear();

        (await host.RefreshAsync(issued.RefreshToken.Reveal())).ShouldBeError(400, "invalid_target");

        metrics.Sum(RotationTelemetry.Rejections, "reason=invalid_target").Should().Be(1);
        metrics.Of(RotationTelemetry.ExchangeDuration).Should().ContainSingle().Which.Tags.Should().Be("result=invalid_target");
        spans.Should().Contain(("refresh_token.exchange", "invalid_target", ActivityStatusCode.Unset));
    }

    private Task<TestHost> StartAsync(ResourceScopes? policy = null) => TestHost.StartAsync(setup =>
    {
        setup.Policy(RotationPolicy.Spa with { MultiResource = policy is null ? [] : [policy] });
        setup.Build = rotation =>
        {
            new StubGrantHandler().AddTo(rotation);
            rotation.Services.AddSingleton<IOAuthApiStore>(new ChangingApis(_apis));
        };
    });

    private static Task<Answer> GrantAsync(TestHost host, string scope, string resources) => host.TokenAsync(
        $"grant_type={StubGrantHandler.Type}&client_id={Clients.Public}&scope={scope.Replace(' ', '+')}"
        + string.Concat(resources.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(static resource => $"&resource={resource}")));

    private sealed class ChangingApis(List<OAuthApi> apis) : IOAuthApiStore
    {
        public ValueTask<OAuthApi?> FindAsync(string audience, string tenantId, CancellationToken cancellationToken) =>
            new(apis.Find(api => api.Audience == audience));
    }
}
