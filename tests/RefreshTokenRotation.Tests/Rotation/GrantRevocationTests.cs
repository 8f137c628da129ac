using RefreshTokenRotation.Storage;
using RefreshTokenRotation.Testing;
using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.Tests.Rotation;

/// <summary>A revocation by token that ends the whole grant.</summary>
[TestFixture]
internal sealed class GrantRevocationTests
{
    private const string Api = "https://api.example";
    private const string OtherApi = "https://other.example";

    private FaultingTokenStore _store = null!;
    private Engine _engine = null!;

    [SetUp]
    public void SetUp()
    {
        _store = new FaultingTokenStore(new InMemoryTokenStore());
        _engine = new Engine(RotationPolicy.Spa, _store);
    }

    [TearDown]
    public void TearDown() => _engine.Dispose();

    [Test]
    public async Task Every_family_of_user_client_and_resource_ends_and_no_other()
    {
        var presented = await _engine.IssueAsync(resources: Api);
        var sibling = await _engine.IssueAsync(resources: [OtherApi, Api]);
        IssueResult[] others =
        [
            await _engine.IssueAsync(resources: OtherApi),
            await _engine.IssueAsync(),
            await _engine.IssueAsync(subject: "bob", resources: Api),
        ];

        (await RevokeAsync(presented)).Should().Be(RevokeResult.Revoked);

        (await _engine.FailAsync(presented.RefreshToken)).Should().Be(RejectionReason.Revoked);
        (await _engine.FailAsync(sibling.RefreshToken)).Should().Be(RejectionReason.Revoked);
        foreach (var other in others)
        {
            await _engine.SucceedAsync(other.RefreshToken);
        }

        _engine.Events.Of<RefreshTokenEvent.Revoked>().Select(told => (told.Count, told.Reason))
            .Should().Equal((1, RevocationReason.ClientRequest), (1, RevocationReason.ClientRequest));
    }

    [Test]
    public async Task Every_resource_of_the_token_counts()
    {
        var presented = await _engine.IssueAsync(resources: [Api, OtherApi]);
        var (first, second) = (await _engine.IssueAsync(resources: Api), await _engine.IssueAsync(resources: OtherApi));

        await RevokeAsync(presented);

        (await _engine.FailAsync(first.RefreshToken)).Should().Be(RejectionReason.Revoked);
        (await _engine.FailAsync(second.RefreshToken)).Should().Be(RejectionReason.Revoked);
    }

    [Test]
    public async Task Grant_without_resource_is_one_of_its_own()
    {
        var presented = await _engine.IssueAsync();
        var (sibling, other) = (await _engine.IssueAsync(), await _engine.IssueAsync(resources: Api));

        await RevokeAsync(presented);

        (await _engine.FailAsync(sibling.RefreshToken)).Should().Be(RejectionReason.Revoked);
        await _engine.SucceedAsync(other.RefreshToken);
    }

    [Test]
    public async Task Without_the_wish_the_family_alone_ends()
    {
        var (presented, sibling) = (await _engine.IssueAsync(resources: Api), await _engine.IssueAsync(resources: Api));

        await _engine.Tokens.RevokeAsync(new RevokeRequest { RefreshToken = presented.RefreshToken, ClientId = Engine.Client });

        await _engine.SucceedAsync(sibling.RefreshToken);
    }

    [Test]
    public async Task Repeat_makes_up_for_a_failure_and_spares_a_new_login()
    {
        var (presented, sibling) = (await _engine.IssueAsync(resources: Api), await _engine.IssueAsync(resources: Api));
        _store.OnCall(StoreCall.Revoke, 2, StoreFault.ThrowBeforeWrite);

        await FluentActions.Awaiting(() => RevokeAsync(presented)).Should().ThrowAsync<RefreshTokenUnavailableException>();
        _engine.Time.Advance(TimeSpan.FromSeconds(1));
        var login = await _engine.IssueAsync(resources: Api);

        (await RevokeAsync(presented)).Should().Be(RevokeResult.Revoked);
        (await RevokeAsync(sibling)).Should().Be(RevokeResult.NothingToRevoke);
        (await _engine.FailAsync(sibling.RefreshToken)).Should().Be(RejectionReason.Revoked);
        await _engine.SucceedAsync(login.RefreshToken);
    }

    [Test]
    public async Task Token_of_a_family_that_others_ended_ends_no_grant()
    {
        var (presented, sibling) = (await _engine.IssueAsync(resources: Api), await _engine.IssueAsync(resources: Api));
        await _engine.Families.RevokeAsync(TokenFamilyFilter.ForFamily(presented.Family.FamilyId), RevocationReason.User);

        (await RevokeAsync(presented)).Should().Be(RevokeResult.NothingToRevoke);

        await _engine.SucceedAsync(sibling.RefreshToken);
    }

    private async Task<RevokeResult> RevokeAsync(IssueResult issued) => await _engine.Tokens.RevokeAsync(
        new RevokeRequest { RefreshToken = issued.RefreshToken, ClientId = Engine.Client, EndGrant = true });
}
