using Microsoft.Extensions.DependencyInjection;
using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.Tests.Rotation;

/// <summary>A multi-resource policy adds resource servers and scope to a grant; what it does not allow is left out of the scope.</summary>
[TestFixture]
internal sealed class MultiResourceTests
{
    private const string Own = "https://own";
    private const string Added = "https://added";

    private static readonly RotationPolicy Policy = RotationPolicy.Strict with
    {
        MultiResource =
        [
            new ResourceScopes { Resource = Own, Scopes = ["own:more", "read"] },
            new ResourceScopes { Resource = Added, Scopes = ["added:read", "added:write"] },
            new ResourceScopes { Resource = "https://bare" },
        ],
    };

    [Test]
    public async Task No_resource_means_the_granted_one_with_its_policy_scope()
    {
        var result = await ExchangeAsync();

        result.Resources.Should().Equal(Own);
        result.Scopes.Should().Equal("read", "write", "own:more");
    }

    [Test]
    public async Task Granted_resource_gets_the_union_of_grant_and_policy()
    {
        var result = await ExchangeAsync(resources: [Own]);

        result.Resources.Should().Equal(Own);
        result.Scopes.Should().Equal("read", "write", "own:more");
    }

    [Test]
    public async Task Added_resource_gets_its_policy_scope_alone()
    {
        var result = await ExchangeAsync(resources: [Added]);

        result.Resources.Should().Equal(Added);
        result.Scopes.Should().Equal("added:read", "added:write");
    }

    [Test]
    public async Task Added_resource_gets_the_granted_scope_of_OpenID_Connect_too()
    {
        using var engine = new Engine(Policy);
        var issued = await engine.IssueAsync(new IssueRequest
        {
            Subject = Engine.User,
            ClientId = Engine.Client,
            Scopes = ["openid", "email", "read", "offline_access"],
            Resources = [Own],
        });

        var whole = await engine.SucceedAsync(Requests.For(issued.RefreshToken, resources: [Added]));
        var narrow = await engine.SucceedAsync(Requests.For(whole.RefreshToken, ["openid", "profile", "read", "added:read"], [Added]));

        whole.Scopes.Should().Equal("openid", "email", "offline_access", "added:read", "added:write");
        narrow.Scopes.Should().Equal(["openid", "added:read"], "profile was not granted, and read belongs to another resource server");
    }

    [Test]
    public async Task Several_resources_get_the_union()
    {
        var result = await ExchangeAsync(resources: [Added, Own]);

        result.Resources.Should().Equal(Added, Own);
        result.Scopes.Should().BeEquivalentTo("read", "write", "own:more", "added:read", "added:write");
    }

    [Test]
    public async Task Resource_with_an_empty_policy_gets_no_scope()
    {
        (await ExchangeAsync(resources: ["https://bare"])).Scopes.Should().BeEmpty();
    }

    [Test]
    public async Task Scope_that_is_not_allowed_is_left_out()
    {
        (await ExchangeAsync(["added:read", "read", "unheard-of"], [Added])).Scopes.Should().Equal("added:read");
        (await ExchangeAsync(["added:read", "read"], [Own])).Scopes.Should().Equal("read");
    }

    [Test]
    public async Task Scope_of_which_nothing_is_allowed_is_refused_and_consumes_nothing()
    {
        using var engine = new Engine(Policy);
        var issued = await IssueAsync(engine);
        var before = await engine.RowAsync(issued);

        (await engine.FailAsync(Requests.For(issued.RefreshToken, scopes: ["unheard-of"]))).Should().Be(RejectionReason.InvalidScope);

        (await engine.RowAsync(issued)).Should().BeSameAs(before);
    }

    [Test]
    public async Task Resource_outside_grant_and_policy_is_refused_and_consumes_nothing()
    {
        using var engine = new Engine(Policy);
        var issued = await IssueAsync(engine);
        var before = await engine.RowAsync(issued);

        (await engine.FailAsync(Requests.For(issued.RefreshToken, resources: [Own, "https://other"]))).Should().Be(RejectionReason.InvalidTarget);

        (await engine.RowAsync(issued)).Should().BeSameAs(before);
    }

    [Test]
    public async Task Illegal_characters_are_refused_and_not_left_out()
    {
        using var engine = new Engine(Policy);
        var issued = await IssueAsync(engine);

        (await engine.FailAsync(Requests.For(issued.RefreshToken, scopes: ["read", "\"x\""]))).Should().Be(RejectionReason.InvalidScope);
    }

    [Test]
    public async Task Grant_stays_as_it_was_and_the_policy_of_today_holds()
    {
        using var engine = new Engine(Policy);
        var issued = await IssueAsync(engine);
        var added = await engine.SucceedAsync(Requests.For(issued.RefreshToken, resources: [Added]));
        engine.Policy = RotationPolicy.Strict;

        (await engine.FailAsync(Requests.For(added.RefreshToken, resources: [Added]))).Should().Be(RejectionReason.InvalidTarget);
        var plain = await engine.SucceedAsync(added.RefreshToken);

        plain.Scopes.Should().Equal("read", "write");
        plain.Resources.Should().Equal(Own);
    }

    [Test]
    public async Task Policy_is_resolved_for_the_granted_resource_and_not_the_requested_one()
    {
        var resolver = new SeenContexts(Policy);
        using var engine = new Engine(configure: builder => builder.Services.AddSingleton<IRotationPolicyResolver>(resolver));
        var issued = await IssueAsync(engine);

        await engine.SucceedAsync(Requests.For(issued.RefreshToken, resources: [Added]));

        resolver.Seen.Should().HaveCount(2).And.OnlyContain(resources => resources.SequenceEqual(new[] { Own }));
    }

    [Test]
    public async Task Grant_without_a_resource_keeps_its_scope_beside_the_policy()
    {
        using var engine = new Engine(Policy);
        var issued = await engine.IssueAsync(new IssueRequest { Subject = Engine.User, ClientId = Engine.Client, Scopes = ["read"] });

        var own = await engine.SucceedAsync(issued.RefreshToken);
        own.Scopes.Should().Equal("read");
        own.Resources.Should().BeEmpty();
        (await engine.SucceedAsync(Requests.For(own.RefreshToken, resources: [Added]))).Scopes.Should().Equal("added:read", "added:write");
    }

    private static async Task<ExchangeResult.Succeeded> ExchangeAsync(string[]? scopes = null, string[]? resources = null)
    {
        using var engine = new Engine(Policy);
        var issued = await IssueAsync(engine);
        return await engine.SucceedAsync(Requests.For(issued.RefreshToken, scopes, resources));
    }

    private static Task<IssueResult> IssueAsync(Engine engine) =>
        engine.IssueAsync(new IssueRequest { Subject = Engine.User, ClientId = Engine.Client, Scopes = ["read", "write"], Resources = [Own] });

    private sealed class SeenContexts(RotationPolicy policy) : IRotationPolicyResolver
    {
        public List<IReadOnlyList<string>> Seen { get; } = [];

        public ValueTask<RotationPolicy> ResolveAsync(RotationPolicyContext context, CancellationToken cancellationToken)
        {
            Seen.Add(context.Resources);
            return new(policy);
        }
    }
}
