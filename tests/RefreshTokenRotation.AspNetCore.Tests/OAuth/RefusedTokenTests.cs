using RefreshTokenRotation.AspNetCore.Tests.Support;

namespace RefreshTokenRotation.AspNetCore.Tests;

/// <summary>Refused tokens: one answer, byte by byte, whatever the cause.</summary>
public sealed class RefusedTokenTests
{
    private const string Body = """{"error":"invalid_grant","error_description":"Unknown or invalid refresh token."}""";

    private static readonly Dictionary<string, Func<TestHost, Task<string>>> Causes = new()
    {
        ["unknown"] = async host => await DeletedAsync(host),
        ["malformed"] = _ => Task.FromResult("no token at all"),
        ["an access token"] = async host => (await host.RefreshAsync((await host.IssueAsync()).RefreshToken.Reveal())).AccessToken!,
        ["not ascii"] = async host => Token(await host.IssueAsync()) + "%C3%A9",
        ["not utf-8"] = async host => Token(await host.IssueAsync()) + "%FF",
        ["raw bytes"] = async host => Token(await host.IssueAsync()) + "é",
        ["a control character"] = async host => Token(await host.IssueAsync()) + "%00",
        ["a space before"] = async host => "+" + Token(await host.IssueAsync()),
        ["a percent sign"] = async host => Token(await host.IssueAsync()) + "%",
        ["a wrong checksum"] = async host => WithAnotherEnd(Token(await host.IssueAsync())),
        ["another client's"] = async host => Token(await host.IssueAsync(Clients.OtherPublic)),
        ["another tenant's"] = async host => Token(await host.IssueAsync(tenant: "t2")),
        ["expired"] = ExpiredAsync,
        ["revoked"] = RevokedAsync,
        ["replayed"] = async host => Token(await ReplacedAsync(host)),
        ["refused by a hook"] = async host => Token(await host.IssueAsync(scope: "blocked")),
    };

    private static IEnumerable<string> Names => Causes.Keys;

    [Test]
    public async Task Refused_token_has_one_answer_whatever_the_cause([ValueSource(nameof(Names))] string cause, [Values(400, 403)] int status)
    {
        await using var host = await TestHost.StartAsync(setup =>
        {
            setup.Endpoints(options => options.RefusedTokenStatusCode = status);
            setup.Build = rotation => rotation.AddExchangeHook<BlockingHook>();
        });
        var token = await Causes[cause](host);

        var answer = await host.RefreshAsync(token);

        answer.ShouldBeError(status, "invalid_grant");
        answer.Text.Should().Be(Body);
        var malformed = await host.RefreshAsync("x");
        answer.Body.Should().Equal(malformed.Body);
        answer.Headers.Where(header => header.Key != "Date").Should().Equal(malformed.Headers.Where(header => header.Key != "Date"));
    }

    [TestCase("x")]
    [TestCase("rtr_%FF")]
    [TestCase("rtr_%00")]
    [TestCase("%C3%A9")]
    public async Task Malformed_token_costs_no_store_call(string token)
    {
        await using var host = await TestHost.StartAsync();

        (await host.RefreshAsync(token)).ShouldBeError(400, "invalid_grant");

        host.Store.History.Should().BeEmpty();
    }

    [Test]
    public async Task Another_clients_token_is_not_consumed_and_raises_a_security_event()
    {
        var events = new EventLog();
        await using var host = await TestHost.StartAsync(setup => setup.Build = rotation => events.AddTo(rotation));
        var issued = await host.IssueAsync(Clients.OtherPublic);

        (await host.RefreshAsync(Token(issued))).ShouldBeError(400, "invalid_grant");

        await host.ShouldStillExchangeAsync(issued.RefreshToken, Clients.OtherPublic);
        await host.StopAsync(); // every event is told by then
        events.All.OfType<RefreshTokenEvent.Rejected>().Should().ContainSingle()
            .Which.Should().Match<RefreshTokenEvent.Rejected>(told => told.Reason == RejectionReason.ClientMismatch && told.IsSecurityEvent && told.ClientId == Clients.Public);
    }

    [Test]
    public async Task Another_tenants_token_is_not_consumed()
    {
        await using var host = await TestHost.StartAsync(setup => setup.Tenants(options => options.ResolveTenant = context => context.Request.Headers["X-Tenant"].ToString()));
        var issued = await host.IssueAsync(tenant: "t2");

        (await host.RefreshAsync(Token(issued))).ShouldBeError(400, "invalid_grant");

        var own = await host.TokenAsync(
            $"grant_type=refresh_token&client_id=spa&refresh_token={Token(issued)}", request => request.Headers.Add("X-Tenant", "t2"));
        ((int)own.Status).Should().Be(200);
        host.Issuer.Requests.Should().ContainSingle().Which.TenantId.Should().Be("t2");
    }

    [Test]
    public async Task Replay_after_the_leeway_ends_the_live_token_too()
    {
        await using var host = await TestHost.StartAsync(setup => setup.Policy(RotationPolicy.Spa));
        var first = Token(await host.IssueAsync());
        var second = (await host.RefreshAsync(first)).RefreshToken!;
        (await host.RefreshAsync(first)).RefreshToken.Should().Be(second, "the leeway gives the same successor again");
        host.Time.Advance(TimeSpan.FromSeconds(10));

        (await host.RefreshAsync(first)).ShouldBeError(400, "invalid_grant");

        (await host.RefreshAsync(second)).ShouldBeError(400, "invalid_grant");
    }

    private static string Token(IssueResult issued) => issued.RefreshToken.Reveal();

    private static string WithAnotherEnd(string token) => token[..^1] + (token[^1] == '_' ? '-' : '_');

    [TestCase(400, 403, 403)]
    [TestCase(403, 400, 400)]
    [TestCase(403, null, 403)]
    public async Task Client_may_have_a_status_of_its_own(int all, int? one, int expected)
    {
        await using var host = await TestHost.StartAsync(setup => setup.Endpoints(options =>
        {
            options.RefusedTokenStatusCode = all;
            options.Clients[0].RefusedTokenStatusCode = one;
        }));

        var answer = await host.RefreshAsync("no token at all");

        ((int)answer.Status).Should().Be(expected);
        answer.Text.Should().Be(Body);
        ((int)(await host.RefreshAsync("no token at all", client: Clients.OtherPublic)).Status).Should().Be(all);
    }

    private static async Task<string> DeletedAsync(TestHost host)
    {
        var issued = await host.IssueAsync();
        await host.Families.DeleteAsync(TokenFamilyFilter.ForFamily(issued.Family.FamilyId));
        return Token(issued);
    }

    private static async Task<string> ExpiredAsync(TestHost host)
    {
        var issued = await host.IssueAsync();
        host.Time.Advance(TimeSpan.FromDays(31));
        return Token(issued);
    }

    private static async Task<string> RevokedAsync(TestHost host)
    {
        var issued = await host.IssueAsync();
        await host.Families.RevokeAsync(TokenFamilyFilter.ForFamily(issued.Family.FamilyId));
        return Token(issued);
    }

    private static async Task<IssueResult> ReplacedAsync(TestHost host)
    {
        var issued = await host.IssueAsync();
        await host.ShouldStillExchangeAsync(issued.RefreshToken);
        return issued;
    }

    private sealed class BlockingHook : IExchangeHook
    {
        public ValueTask OnExchangeAsync(ExchangeHookContext context, CancellationToken cancellationToken)
        {
            if (context.Family.Scopes.Contains("blocked"))
            {
                context.Refuse("the user is blocked");
            }

            return default;
        }
    }
}
