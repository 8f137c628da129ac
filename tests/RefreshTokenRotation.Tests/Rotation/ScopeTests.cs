using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.Tests.Rotation;

/// <summary>Scope and resource of one access token, within the grant (RFC 6749 section 6, RFC 8707 section 2.2).</summary>
[TestFixture]
internal sealed class ScopeTests
{
    private static readonly string[] Scopes = ["openid", "read", "write"];
    private static readonly string[] Resources = ["https://a", "https://b"];

    [Test]
    public async Task Narrower_scope_affects_only_this_access_token()
    {
        using var engine = new Engine();
        var issued = await IssueAsync(engine);

        var narrow = await engine.SucceedAsync(Requests.For(issued.RefreshToken, scopes: ["read"]));
        narrow.Scopes.Should().Equal("read");
        narrow.Resources.Should().Equal(Resources);
        narrow.Family.Scopes.Should().Equal(Scopes);

        var whole = await engine.SucceedAsync(narrow.RefreshToken);
        whole.Scopes.Should().Equal(Scopes);
        (await engine.RowAsync(issued)).Grant.Scopes.Should().Equal(Scopes);
    }

    [Test]
    public async Task Narrower_resource_affects_only_this_access_token()
    {
        using var engine = new Engine();
        var issued = await IssueAsync(engine);

        var narrow = await engine.SucceedAsync(Requests.For(issued.RefreshToken, resources: ["https://b"]));
        narrow.Resources.Should().Equal("https://b");
        narrow.Scopes.Should().Equal(Scopes);

        (await engine.SucceedAsync(narrow.RefreshToken)).Resources.Should().Equal(Resources);
    }

    [Test]
    public async Task Omitted_and_empty_mean_all_that_was_granted([Values] bool empty)
    {
        using var engine = new Engine();
        var issued = await IssueAsync(engine);
        string[]? nothing = empty ? [] : null;

        var result = await engine.SucceedAsync(Requests.For(issued.RefreshToken, nothing, nothing));

        result.Scopes.Should().Equal(Scopes);
        result.Resources.Should().Equal(Resources);
    }

    [Test]
    public async Task Repeated_entries_count_once_and_keep_the_order_of_the_request()
    {
        using var engine = new Engine();
        var issued = await IssueAsync(engine);

        var result = await engine.SucceedAsync(
            Requests.For(issued.RefreshToken, ["write", "read", "write"], ["https://b", "https://a", "https://b"]));

        result.Scopes.Should().Equal("write", "read");
        result.Resources.Should().Equal("https://b", "https://a");
    }

    [TestCase("admin")]
    [TestCase("READ")]
    [TestCase("rea")]
    [TestCase("read write", Description = "one entry is one scope-token")]
    [TestCase("re\"ad")]
    [TestCase("re\\ad")]
    [TestCase("réad")]
    [TestCase("re\u0001ad")]
    [TestCase("")]
    public async Task Wider_or_illegal_scope_is_refused_and_consumes_nothing(string scope)
    {
        using var scenario = await ScopedAsync();

        (await scenario.Engine.FailAsync(Requests.For(scenario.Token, scopes: ["openid", scope]))).Should().Be(RejectionReason.InvalidScope);

        await scenario.ExpectNothingConsumedAsync();
    }

    [TestCase("https://other")]
    [TestCase("https://api/")]
    [TestCase("HTTPS://API")]
    [TestCase("https://api\u0000")]
    [TestCase("")]
    public async Task Resource_outside_the_grant_or_illegal_is_refused_and_consumes_nothing(string resource)
    {
        using var scenario = await ScopedAsync();

        (await scenario.Engine.FailAsync(Requests.For(scenario.Token, resources: [resource]))).Should().Be(RejectionReason.InvalidTarget);

        await scenario.ExpectNothingConsumedAsync();
    }

    [Test]
    public async Task Too_many_or_too_long_entries_are_refused_without_a_store_call()
    {
        using var scenario = await ScopedAsync();
        (RejectionReason Reason, ExchangeRequest Request)[] requests =
        [
            (RejectionReason.InvalidScope, Requests.For(scenario.Token, scopes: [.. Enumerable.Repeat("openid", RequestLimits.ScopeCount + 1)])),
            (RejectionReason.InvalidScope, Requests.For(scenario.Token, scopes: [new string('x', RequestLimits.ScopeLength + 1)])),
            (RejectionReason.InvalidScope, Requests.For(scenario.Token, scopes: [null!])),
            (RejectionReason.InvalidTarget, Requests.For(scenario.Token, resources: [.. Enumerable.Repeat("https://api", RequestLimits.ResourceCount + 1)])),
            (RejectionReason.InvalidTarget, Requests.For(scenario.Token, resources: [new string('x', RequestLimits.ResourceLength + 1)])),
            (RejectionReason.InvalidTarget, Requests.For(scenario.Token, resources: [null!])),
        ];

        foreach (var (reason, request) in requests)
        {
            (await scenario.Engine.FailAsync(request)).Should().Be(reason);
        }

        scenario.Store.Finds.Should().Be(0);
        await scenario.ExpectNothingConsumedAsync();
    }

    [Test]
    public async Task Entries_at_their_bounds_are_judged_by_the_grant()
    {
        using var engine = new Engine();
        var issued = await IssueAsync(engine);

        var result = await engine.SucceedAsync(Requests.For(
            issued.RefreshToken,
            [.. Enumerable.Repeat("openid", RequestLimits.ScopeCount)],
            [.. Enumerable.Repeat("https://a", RequestLimits.ResourceCount)]));

        result.Scopes.Should().Equal("openid");
    }

    [Test]
    public async Task Reissue_and_recovery_check_the_scope_too([Values] bool recovery)
    {
        using var scenario = await Scenario.BeforeAsync(recovery ? ExchangeOutcome.Recovered : ExchangeOutcome.Reissued);

        (await scenario.Engine.FailAsync(Requests.For(scenario.Token, scopes: ["admin"]))).Should().Be(RejectionReason.InvalidScope);

        await scenario.ExpectNothingConsumedAsync();
    }

    [Test]
    public async Task Older_token_with_a_wider_scope_is_reuse()
    {
        using var engine = new Engine(RotationPolicy.Spa);
        var issued = await IssueAsync(engine);
        var second = await engine.SucceedAsync(issued.RefreshToken);
        await engine.SucceedAsync(second.RefreshToken);

        (await engine.FailAsync(Requests.For(issued.RefreshToken, scopes: ["admin"]))).Should().Be(RejectionReason.ReuseDetected);
    }

    [TestCase("admin", null)]
    [TestCase(null, "https://other")]
    public async Task Previous_token_after_the_leeway_is_reuse_whatever_it_asks_for(string? scope, string? resource)
    {
        using var engine = new Engine(RotationPolicy.Spa);
        var issued = await IssueAsync(engine);
        var second = await engine.SucceedAsync(issued.RefreshToken);
        engine.Time.Advance(TimeSpan.FromMinutes(1));

        var request = Requests.For(issued.RefreshToken, scope is null ? null : [scope], resource is null ? null : [resource]);
        (await engine.FailAsync(request)).Should().Be(RejectionReason.ReuseDetected);

        (await engine.FailAsync(Requests.For(second.RefreshToken))).Should().Be(RejectionReason.Revoked);
    }

    [Test]
    public async Task Refused_scope_of_a_good_token_is_an_event_that_names_the_family()
    {
        using var scenario = await ScopedAsync();

        await scenario.Engine.FailAsync(Requests.For(scenario.Token, scopes: ["admin"]));

        scenario.Engine.Events.Of<RefreshTokenEvent.Rejected>().Single().Should().Match<RefreshTokenEvent.Rejected>(told => told.Reason == RejectionReason.InvalidScope && told.WasCurrent && told.Family != null);
    }

    [Test]
    public async Task Grant_without_scope_or_resource_can_not_be_narrowed()
    {
        using var engine = new Engine();
        var issued = await engine.IssueAsync(new IssueRequest { Subject = Engine.User, ClientId = Engine.Client });

        (await engine.FailAsync(Requests.For(issued.RefreshToken, scopes: ["read"]))).Should().Be(RejectionReason.InvalidScope);
        (await engine.FailAsync(Requests.For(issued.RefreshToken, resources: ["https://a"]))).Should().Be(RejectionReason.InvalidTarget);
        (await engine.SucceedAsync(issued.RefreshToken)).Scopes.Should().BeEmpty();
    }

    private static async Task<Scenario> ScopedAsync() => await Scenario.BeforeAsync(ExchangeOutcome.Rotated);

    private static Task<IssueResult> IssueAsync(Engine engine) =>
        engine.IssueAsync(new IssueRequest { Subject = Engine.User, ClientId = Engine.Client, Scopes = Scopes, Resources = Resources });
}
