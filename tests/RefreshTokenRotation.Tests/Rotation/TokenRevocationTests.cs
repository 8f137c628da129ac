using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.Tests.Rotation;

/// <summary>Revocation (RFC 7009) and introspection (RFC 7662) by token.</summary>
[TestFixture]
internal sealed class TokenRevocationTests
{
    private InterceptingStore _store = null!;
    private Engine _engine = null!;

    [SetUp]
    public void SetUp()
    {
        _store = new InterceptingStore();
        _engine = new Engine(RotationPolicy.Spa, _store);
    }

    [TearDown]
    public void TearDown() => _engine.Dispose();

    [Test]
    public async Task Any_token_that_the_family_ever_issued_ends_it([Values(0, 1, 2, 3)] int generation)
    {
        var tokens = await RotateAsync(3);

        (await RevokeAsync(tokens[generation])).Should().Be(RevokeResult.Revoked);
        (await RevokeAsync(tokens[generation])).Should().Be(RevokeResult.NothingToRevoke);

        (await _engine.FailAsync(tokens[3])).Should().Be(RejectionReason.Revoked);
        var told = _engine.Events.Of<RefreshTokenEvent.Revoked>().Should().ContainSingle().Subject;
        (told.Reason, told.Count, told.Family!.RevocationReason).Should().Be((RevocationReason.ClientRequest, 1, RevocationReason.ClientRequest));
    }

    [Test]
    public async Task Other_client_revokes_nothing_and_is_told_of()
    {
        var tokens = await RotateAsync(0);

        (await RevokeAsync(tokens[0], "other")).Should().Be(RevokeResult.ClientMismatch);

        _engine.Events.Of<RefreshTokenEvent.Rejected>().Single().IsSecurityEvent.Should().BeTrue();
        await _engine.SucceedAsync(tokens[0]);
    }

    [Test]
    public async Task Other_tenant_learns_nothing()
    {
        var tokens = await RotateAsync(0);

        (await RevokeAsync(tokens[0], tenant: "t")).Should().Be(RevokeResult.NothingToRevoke);
        (await IntrospectAsync(tokens[0], "t")).Should().BeOfType<IntrospectResult.Inactive>();

        _engine.Events.Of<RefreshTokenEvent.Rejected>().Should().BeEmpty();
        await _engine.SucceedAsync(tokens[0]);
    }

    [Test]
    public async Task Malformed_token_costs_no_store_call()
    {
        (await RevokeAsync("rtr_garbage")).Should().Be(RevokeResult.NothingToRevoke);
        (await IntrospectAsync("rtr_garbage")).Should().BeOfType<IntrospectResult.Inactive>();

        _store.Calls.Should().BeEmpty();
    }

    [Test]
    public async Task Deleted_family_is_nothing_to_revoke()
    {
        var tokens = await RotateAsync(0);
        await _engine.Families.DeleteAsync(TokenFamilyFilter.ForUser(Engine.User));

        (await RevokeAsync(tokens[0])).Should().Be(RevokeResult.NothingToRevoke);
    }

    [Test]
    public async Task Tampered_token_of_a_reusable_family_revokes_nothing()
    {
        _engine.Policy = RotationPolicy.Fapi;
        var issued = await _engine.IssueAsync();
        var bytes = System.Buffers.Text.Base64Url.DecodeFromChars(issued.RefreshToken.Reveal().AsSpan(4));
        var forged = RefreshTokenRotation.Rotation.TokenFormat.Create("rtr_", 0, new byte[32], bytes.AsSpan(37, 16));

        (await RevokeAsync(forged)).Should().Be(RevokeResult.NothingToRevoke);

        _engine.Events.Of<RefreshTokenEvent.Rejected>().Single().IsSecurityEvent.Should().BeTrue();
        (await RevokeAsync(issued.RefreshToken)).Should().Be(RevokeResult.Revoked);
    }

    [Test]
    public async Task Only_the_current_token_of_a_living_family_is_active()
    {
        var tokens = await RotateAsync(2);
        var calls = _store.Calls.Count;

        (await IntrospectAsync(tokens[2])).Should().BeOfType<IntrospectResult.Active>().Which.Family.Generation.Should().Be(2);
        (await IntrospectAsync(tokens[1])).Should().BeOfType<IntrospectResult.Inactive>("the previous one, though inside leeway");
        (await IntrospectAsync(tokens[0])).Should().BeOfType<IntrospectResult.Inactive>();
        _store.Calls.Skip(calls).Should().Equal("find", "find", "find");
        await _engine.SucceedAsync(tokens[2]);
    }

    [Test]
    public async Task Token_is_inactive_at_the_instant_of_its_expiry_and_after_revocation()
    {
        var tokens = await RotateAsync(0);
        _engine.Time.Advance(TimeSpan.FromDays(15) - TimeSpan.FromTicks(1));
        (await IntrospectAsync(tokens[0])).Should().BeOfType<IntrospectResult.Active>();
        _engine.Time.Advance(TimeSpan.FromTicks(1));
        (await IntrospectAsync(tokens[0])).Should().BeOfType<IntrospectResult.Inactive>();

        var revoked = await RotateAsync(0);
        await RevokeAsync(revoked[0]);
        (await IntrospectAsync(revoked[0])).Should().BeOfType<IntrospectResult.Inactive>();
    }

    private static IEnumerable<TestCaseData> Outages()
    {
        yield return Outage("find", async engine => await engine.Tokens.RevokeAsync(new RevokeRequest { RefreshToken = Token, ClientId = "c" }));
        yield return Outage("find", async engine => await engine.Tokens.IntrospectAsync(new IntrospectRequest { RefreshToken = Token }));
        yield return Outage("find", async engine => await engine.ExchangeAsync(Token));
        yield return Outage("list", async engine => await engine.Families.ListAsync(new TokenFamilyFilter()));
        yield return Outage("list", async engine => await engine.Families.FindAsync(Guid.NewGuid()));
        yield return Outage("list", async engine => await engine.Families.ConfirmUseAsync(Guid.NewGuid(), 0));
        yield return Outage("list", async engine => await engine.Families.SetMetadataAsync(Guid.NewGuid(), null));
        yield return Outage("revoke", async engine => await engine.Families.RevokeAsync(TokenFamilyFilter.ForUser("u")));
        yield return Outage("revoke", async engine => await engine.Families.DeleteAsync(TokenFamilyFilter.ForUser("u")));
        yield return Outage("prune", async engine => await engine.Families.PruneAsync(engine.Now));
    }

    private static RefreshToken Token => RefreshTokenRotation.Rotation.TokenFormat.Create("rtr_", 0, new byte[32], new byte[16]);

    [TestCaseSource(nameof(Outages))]
    public async Task Fault_of_the_store_is_one_kind_of_exception(string failing, Func<Engine, Task> call)
    {
        foreach (var fault in new Exception[] { new IOException("down"), new TaskCanceledException("a driver's own time-out") })
        {
            _store.Before = name => name == failing ? throw fault : Task.CompletedTask;
            var act = () => call(_engine);

            var thrown = (await act.Should().ThrowExactlyAsync<RefreshTokenUnavailableException>()).Which;

            thrown.InnerException.Should().BeSameAs(fault);
            thrown.Message.Should().Contain("retry");
        }
    }

    private static TestCaseData Outage(string failing, Func<Engine, Task> call) => new(failing, call);

    private async Task<List<RefreshToken>> RotateAsync(int times)
    {
        var tokens = new List<RefreshToken> { (await _engine.IssueAsync()).RefreshToken };
        for (var i = 0; i < times; i++)
        {
            tokens.Add((await _engine.SucceedAsync(tokens[^1])).RefreshToken);
        }

        return tokens;
    }

    private async Task<RevokeResult> RevokeAsync(RefreshToken token, string client = Engine.Client, string tenant = "") =>
        await _engine.Tokens.RevokeAsync(new RevokeRequest { RefreshToken = token, ClientId = client, TenantId = tenant });

    private async Task<IntrospectResult> IntrospectAsync(RefreshToken token, string tenant = "") =>
        await _engine.Tokens.IntrospectAsync(new IntrospectRequest { RefreshToken = token, TenantId = tenant });
}
