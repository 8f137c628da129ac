using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using RefreshTokenRotation.Jwt.Tests.Support;

namespace RefreshTokenRotation.Jwt.Tests;

[TestFixture]
internal sealed class ClaimsSourceTests
{
    [Test]
    public async Task Source_is_asked_at_every_issue_for_each_token()
    {
        await using var issuing = Build((context, call) => context.Add($"{context.Kind}", call));

        var first = await issuing.IssueAsync(Issuing.Request("openid"));
        var second = await issuing.IssueAsync(Issuing.Request("read"));

        new ReadToken(first.Value)["AccessToken"].Should().Be("1");
        new ReadToken(first.Value).Has("IdToken").Should().BeFalse();
        new ReadToken(first.IdToken!)["IdToken"].Should().Be("2");
        new ReadToken(second.Value)["AccessToken"].Should().Be("3");
    }

    [Test]
    public async Task Profile_claims_follow_their_scope()
    {
        await using var issuing = Build((context, _) =>
        {
            if (context is { Kind: JwtTokenKind.IdToken } && context.HasScope("email"))
            {
                context.Add("email", "alice@example.org");
            }
        });

        (await issuing.IdAsync(Issuing.Request("openid", "email")))["email"].Should().Be("alice@example.org");
        (await issuing.IdAsync(Issuing.Request("openid"))).Has("email").Should().BeFalse();
        (await issuing.AccessAsync(Issuing.Request("openid", "email"))).Has("email").Should().BeFalse();
    }

    [Test]
    public async Task Values_of_every_kind_are_written_as_JSON()
    {
        await using var issuing = Build((context, _) =>
        {
            context.Add("text", "a \"b\"");
            context.Add("whole", 42);
            context.Add("part", 1.5);
            context.Add("yes", true);
            context.Add("roles", ["admin", "user"]);
            context.Add("https://example/tree", new JsonObject { ["a"] = new JsonArray(1, null, new JsonObject()) });
        });

        var payload = (await issuing.AccessAsync()).PayloadText;

        payload.Should().EndWith(
            ""","text":"a \"b\"","whole":42,"part":1.5,"yes":true,"roles":["admin","user"],"https://example/tree":{"a":[1,null,{}]}}""");
    }

    [TestCase("iss")]
    [TestCase("sub")]
    [TestCase("aud")]
    [TestCase("exp")]
    [TestCase("nbf")]
    [TestCase("iat")]
    [TestCase("jti")]
    [TestCase("client_id")]
    [TestCase("scope")]
    [TestCase("auth_time")]
    [TestCase("acr")]
    [TestCase("amr")]
    [TestCase("sid")]
    [TestCase("cnf")]
    [TestCase("nonce")]
    [TestCase("azp")]
    [TestCase("at_hash")]
    [TestCase("org_id")]
    [TestCase("rtr_fid")]
    [TestCase("rtr_gen")]
    public async Task Claim_of_the_protocol_can_not_be_set(string claim)
    {
        foreach (var kind in Enum.GetValues<JwtTokenKind>())
        {
            await using var issuing = Build((context, _) =>
            {
                if (context.Kind == kind)
                {
                    context.Add(claim, "x");
                }
            });

            await issuing.Awaiting(it => it.IssueAsync(Issuing.Request("openid"))).Should().ThrowAsync<InvalidOperationException>()
                .WithMessage($"*'{claim}'*");
        }
    }

    [Test]
    public async Task Every_claim_that_the_library_writes_is_protected()
    {
        await using var issuing = new Issuing();
        var issued = await issuing.IssueAsync(new AccessTokenRequest
        {
            Subject = "alice",
            ClientId = "spa",
            TenantId = "acme",
            Scopes = ["openid"],
            SessionId = "s",
            AuthenticationTime = DateTimeOffset.UnixEpoch,
            Acr = "a",
            Amr = ["b"],
            Nonce = "n",
            SenderKeyThumbprint = "t",
            Generation = 3,
        });

        new[] { issued.Value, issued.IdToken! }.SelectMany(token => new ReadToken(token).ClaimNames)
            .Where(name => !JwtClaims.IsProtocolClaim(name)).Distinct().Should().Equal("org_id");
    }

    [Test]
    public async Task Claim_added_by_two_sources_is_refused()
    {
        await using var issuing = new Issuing(build: builder =>
        {
            builder.Services.AddSingleton<IClaimsSource>(new Source((context, _) => context.Add("role", "a")));
            builder.Services.AddSingleton<IClaimsSource>(new Source((context, _) => context.Add("role", "b")));
        });

        await issuing.Awaiting(it => it.IssueAsync()).Should().ThrowAsync<InvalidOperationException>().WithMessage("*'role'*twice*");
    }

    [Test]
    public async Task Claim_without_a_name_or_with_too_long_a_one_is_refused()
    {
        await using var issuing = Build((context, _) =>
        {
            context.Invoking(it => it.Add(string.Empty, "x")).Should().Throw<ArgumentException>();
            context.Invoking(it => it.Add(new string('a', 256), "x")).Should().Throw<ArgumentException>();
            context.Invoking(it => it.Add("a", (JsonNode)null!)).Should().Throw<ArgumentNullException>();
            context.Add(new string('a', 255), "x");
        });

        (await issuing.AccessAsync()).ClaimNames.Should().Contain(new string('a', 255));
    }

    private static Issuing Build(Action<ClaimsContext, int> add) =>
        new(build: builder => builder.Services.AddSingleton<IClaimsSource>(new Source(add)));

    private sealed class Source(Action<ClaimsContext, int> add) : IClaimsSource
    {
        private int _calls;

        public ValueTask AddClaimsAsync(ClaimsContext context, CancellationToken cancellationToken)
        {
            add(context, Interlocked.Increment(ref _calls));
            return ValueTask.CompletedTask;
        }
    }
}
