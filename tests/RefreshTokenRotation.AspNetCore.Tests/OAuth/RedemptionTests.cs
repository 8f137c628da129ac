using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging;
using RefreshTokenRotation.AspNetCore.Tests.Support;
using RefreshTokenRotation.Testing;

namespace RefreshTokenRotation.AspNetCore.Tests;

/// <summary>Codes and their like are used up once, after everything else has succeeded (RFC 6749 section 4.1.2).</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class RedemptionTests
{
    private const string Form = "grant_type=urn:example:stub&client_id=spa&scope=";

    private readonly StubGrantHandler _grant = new();
    private readonly List<string> _order = [];
    private Func<bool> _redeem = static () => true;
    private string? _authorizationId = "authorization-1";

    [SetUp]
    public void Grant() => _grant.Decide = context => new GrantTypeResult.Granted
    {
        Subject = "alice",
        Scopes = context.Scopes,
        Resources = [Clients.Api1],
        AuthorizationId = _authorizationId,
        RedeemAsync = _ =>
        {
            _order.Add("redeemed");
            return new(_redeem());
        },
    };

    [Test]
    public async Task Family_is_stored_before_the_code_is_redeemed()
    {
        await using var host = await StartAsync();
        host.Store.Plan = context =>
        {
            _order.Add($"{context.Call}");
            return StoreFault.None;
        };

        (await host.TokenAsync(Form + "offline_access")).RefreshToken.Should().NotBeNull();

        _order.Should().Equal("Add", "redeemed");
    }

    [Test]
    public async Task Code_used_twice_ends_every_family_of_its_authorization_and_no_other()
    {
        await using var host = await StartAsync();
        var first = (await host.TokenAsync(Form + "offline_access")).RefreshToken!;
        var bystander = await host.IssueAsync(authorizationId: "authorization-2");
        _redeem = static () => false;

        (await host.TokenAsync(Form + "offline_access")).ShouldBeError(400, "invalid_grant");

        (await host.RefreshAsync(first)).ShouldBeError(400, "invalid_grant");
        await host.ShouldStillExchangeAsync(bystander.RefreshToken);
        var families = (await host.Families.ListAsync(TokenFamilyFilter.ForUser("alice"))).Families.Where(family => family.AuthorizationId == "authorization-1");
        families.Should().HaveCount(2).And.OnlyContain(family => family.RevocationReason == RevocationReason.AuthorizationCodeReused);
    }

    [Test]
    public async Task Code_used_twice_without_offline_access_ends_the_families_too()
    {
        await using var host = await StartAsync();
        var first = (await host.TokenAsync(Form + "offline_access")).RefreshToken!;
        _redeem = static () => false;

        (await host.TokenAsync(Form + "read")).ShouldBeError(400, "invalid_grant");

        (await host.RefreshAsync(first)).ShouldBeError(400, "invalid_grant");
    }

    [Test]
    public async Task Code_used_twice_without_an_authorization_id_ends_the_new_family_alone()
    {
        _authorizationId = null;
        await using var host = await StartAsync();
        var first = (await host.TokenAsync(Form + "offline_access")).RefreshToken!;
        _redeem = static () => false;

        (await host.TokenAsync(Form + "offline_access")).ShouldBeError(400, "invalid_grant");
        (await host.TokenAsync(Form + "read")).ShouldBeError(400, "invalid_grant");

        await host.ShouldStillExchangeAsync(first);
        var families = (await host.Families.ListAsync(TokenFamilyFilter.ForUser("alice"))).Families;
        families.Select(family => family.RevocationReason).Should().BeEquivalentTo([(RevocationReason?)null, RevocationReason.AuthorizationCodeReused]);
    }

    [Test]
    public async Task Revocation_that_fails_after_a_second_use_is_an_outage_and_the_next_try_revokes()
    {
        await using var host = await StartAsync();
        var first = (await host.TokenAsync(Form + "offline_access")).RefreshToken!;
        _redeem = static () => false;
        host.Store.OnNext(StoreCall.Revoke, StoreFault.ThrowBeforeWrite);

        (await host.TokenAsync(Form + "offline_access")).ShouldBeError(503, "temporarily_unavailable");
        (await host.TokenAsync(Form + "offline_access")).ShouldBeError(400, "invalid_grant");

        (await host.RefreshAsync(first)).ShouldBeError(400, "invalid_grant");
    }

    [Test]
    public async Task Redemption_that_throws_is_an_outage_and_leaves_no_family()
    {
        await using var host = await StartAsync();
        _redeem = static () => throw new TimeoutException();

        (await host.TokenAsync(Form + "offline_access")).ShouldBeError(503, "temporarily_unavailable");

        (await host.Families.ListAsync(TokenFamilyFilter.ForUser("alice"))).Families.Should().BeEmpty();
    }

    [Test]
    public async Task Caller_that_hangs_up_before_the_redemption_leaves_no_family_and_redeems_nothing()
    {
        using var hangUp = new CancellationTokenSource();
        await using var host = await TestHost.StartAsync(setup =>
        {
            setup.Build = _grant.AddTo;
            setup.Pipeline = app => app.Use(async (context, next) =>
            {
                context.RequestAborted = hangUp.Token;
                try
                {
                    await next(context);
                }
                catch (OperationCanceledException)
                {
                    context.Response.StatusCode = 499;
                }
            });
        });
        _grant.Decide = context => new GrantTypeResult.Granted
        {
            Subject = "alice",
            Scopes = context.Scopes,
            RedeemAsync = async cancellationToken =>
            {
                await hangUp.CancelAsync();
                cancellationToken.ThrowIfCancellationRequested();
                return true;
            },
        };

        ((int)(await host.TokenAsync(Form + "offline_access")).Status).Should().Be(499);

        (await host.Families.ListAsync(TokenFamilyFilter.ForUser("alice"))).Families.Should().BeEmpty();
        host.Logs.Entries.Should().NotContain(entry => entry.Level >= LogLevel.Error);
    }

    [Test]
    public async Task Caller_that_hangs_up_does_not_save_the_families_of_a_code_that_is_used_twice()
    {
        using var hangUp = new CancellationTokenSource();
        var requests = 0;
        await using var host = await TestHost.StartAsync(setup =>
        {
            setup.Build = _grant.AddTo;
            setup.Pipeline = app => app.Use((context, next) =>
            {
                context.RequestAborted = ++requests == 2 ? hangUp.Token : context.RequestAborted;
                return next(context);
            });
        });
        var first = (await host.TokenAsync(Form + "offline_access")).RefreshToken!;
        _redeem = () =>
        {
            hangUp.Cancel();
            return false;
        };

        await host.TokenAsync(Form + "offline_access");

        (await host.RefreshAsync(first)).ShouldBeError(400, "invalid_grant");
    }

    [Test]
    public async Task Family_that_can_not_be_deleted_is_told_to_the_log()
    {
        await using var host = await StartAsync();
        _redeem = static () => throw new TimeoutException();
        host.Store.OnNext(StoreCall.Revoke, StoreFault.ThrowBeforeWrite);

        (await host.TokenAsync(Form + "offline_access")).ShouldBeError(503, "temporarily_unavailable");

        host.Logs.Of(302).Should().ContainSingle();
    }

    [TestCase("offline_access")]
    [TestCase("read")]
    public async Task Signer_that_throws_redeems_nothing(string scope)
    {
        await using var host = await StartAsync();
        host.Issuer.Failure = new InvalidOperationException();

        (await host.TokenAsync(Form + scope)).ShouldBeError(503, "temporarily_unavailable");

        _order.Should().BeEmpty();
        host.Store.History.Should().BeEmpty();
    }

    [Test]
    public async Task Store_that_is_down_redeems_nothing()
    {
        await using var host = await StartAsync();
        host.Store.Plan = static _ => StoreFault.ThrowBeforeWrite;

        (await host.TokenAsync(Form + "offline_access")).ShouldBeError(503, "temporarily_unavailable");

        _order.Should().BeEmpty();
    }

    private Task<TestHost> StartAsync() => TestHost.StartAsync(setup => setup.Build = _grant.AddTo);
}
