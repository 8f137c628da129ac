using Microsoft.Extensions.DependencyInjection;
using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.Tests.Internal;

/// <summary>Who caches which families live learns at once what this node has ended.</summary>
[TestFixture]
internal sealed class RevocationObserverTests
{
    private readonly Observer _observer = new();
    private ScriptedStore _store = null!;
    private Engine _engine = null!;

    [SetUp]
    public void SetUp()
    {
        _observer.Seen.Clear();
        _observer.Fails = false;
        _store = new ScriptedStore();
        _engine = new Engine(RotationPolicy.Strict with { ActiveCap = 2 }, _store, builder => builder.Services.AddSingleton<IRevocationObserver>(_observer));
    }

    [TearDown]
    public void TearDown() => _engine.Dispose();

    [Test]
    public async Task Reuse_is_observed_before_the_answer()
    {
        var issued = await _engine.IssueAsync();
        await _engine.SucceedAsync(issued.RefreshToken);
        _observer.Seen.Should().BeEmpty("nothing has ended");

        await _engine.FailAsync(issued.RefreshToken);

        ShouldHaveSeen(issued);
    }

    [Test]
    public async Task Eviction_and_the_revocations_of_client_and_host_are_observed()
    {
        var first = await _engine.IssueAsync();
        _engine.Time.Advance(TimeSpan.FromSeconds(1));
        var second = await _engine.IssueAsync();
        await _engine.IssueAsync();
        ShouldHaveSeen(first);

        await _engine.Tokens.RevokeAsync(new RevokeRequest { RefreshToken = second.RefreshToken, ClientId = Engine.Client });
        ShouldHaveSeen(second);

        var all = TokenFamilyFilter.ForUser(Engine.User);
        await _engine.Families.RevokeAsync(all, RevocationReason.User);
        _observer.Seen.Should().Equal(all);
    }

    [Test]
    public async Task Revocation_that_fails_on_its_way_is_observed_too()
    {
        await _engine.IssueAsync();
        var all = TokenFamilyFilter.ForUser(Engine.User);
        _store.OnRevoke = static (_, _) => throw new IOException("The connection broke.");

        await _engine.Invoking(engine => engine.Families.RevokeAsync(all, RevocationReason.User).AsTask()).Should().ThrowAsync<RefreshTokenUnavailableException>();

        _observer.Seen.Should().Equal(all);
    }

    [Test]
    public async Task Revocation_by_a_client_that_fails_on_its_way_is_observed_too()
    {
        var issued = await _engine.IssueAsync();
        _store.OnRevoke = static (_, _) => throw new IOException("The connection broke.");

        await RevokeGrantAsync(issued).Should().ThrowAsync<RefreshTokenUnavailableException>();

        ShouldHaveSeen(issued);
    }

    [Test]
    public async Task End_of_a_grant_that_the_client_breaks_off_is_observed_too()
    {
        var issued = await _engine.IssueAsync();
        using var request = new CancellationTokenSource();
        _store.OnRevoke = async (call, _) =>
        {
            if (call == 2)
            {
                await request.CancelAsync();
                request.Token.ThrowIfCancellationRequested();
            }
        };

        await RevokeGrantAsync(issued, request.Token).Should().ThrowAsync<OperationCanceledException>();

        _observer.Seen[0].FamilyId.Should().Be(issued.Family.FamilyId);
        ShouldHaveSeenOthersOfTheGrant(issued, _observer.Seen.Skip(1));
    }

    [Test]
    public async Task Wide_reuse_response_that_fails_on_its_way_is_observed_too()
    {
        _engine.Policy = RotationPolicy.Strict with { ReuseResponse = ReuseResponse.Grant };
        var issued = await _engine.IssueAsync();
        await _engine.SucceedAsync(issued.RefreshToken);
        _store.OnRevoke = static (_, _) => throw new IOException("The connection broke.");

        await _engine.Invoking(engine => engine.ExchangeAsync(issued.RefreshToken)).Should().ThrowAsync<RefreshTokenUnavailableException>();

        ShouldHaveSeenOthersOfTheGrant(issued, _observer.Seen.Where(filter => filter.FamilyId is null));
    }

    [Test]
    public async Task Migration_that_fails_on_its_way_is_observed_too()
    {
        _engine.Policy = RotationPolicy.Strict with { RotationType = RotationType.NonRotating };
        var issued = await _engine.IssueAsync();
        _engine.Policy = RotationPolicy.Strict;
        _store.OnRevoke = static (_, _) => throw new IOException("The connection broke.");

        await _engine.SucceedAsync(issued.RefreshToken);

        ShouldHaveSeenOthersOfTheGrant(issued, _observer.Seen);
    }

    [Test]
    public async Task Observer_that_throws_changes_no_answer()
    {
        var issued = await _engine.IssueAsync();
        _observer.Fails = true;

        (await _engine.Tokens.RevokeAsync(new RevokeRequest { RefreshToken = issued.RefreshToken, ClientId = Engine.Client })).Should().Be(RevokeResult.Revoked);
    }

    private Func<Task> RevokeGrantAsync(IssueResult issued, CancellationToken cancellationToken = default) => async () => await _engine.Tokens.RevokeAsync(
        new RevokeRequest { RefreshToken = issued.RefreshToken, ClientId = Engine.Client, EndGrant = true }, cancellationToken);

    private static void ShouldHaveSeenOthersOfTheGrant(IssueResult issued, IEnumerable<TokenFamilyFilter> seen) =>
        seen.Select(filter => (filter.Subject, filter.ClientId, filter.ExceptFamilyId)).Should().Equal((Engine.User, Engine.Client, issued.Family.FamilyId));

    private void ShouldHaveSeen(IssueResult issued)
    {
        _observer.Seen.Select(filter => (filter.FamilyId, filter.TenantId)).Should().Equal((issued.Family.FamilyId, issued.Family.TenantId));
        _observer.Seen.Clear();
    }

    private sealed class Observer : IRevocationObserver
    {
        public List<TokenFamilyFilter> Seen { get; } = [];

        public bool Fails { get; set; }

        public void OnRevoked(TokenFamilyFilter filter)
        {
            Seen.Add(filter);
            if (Fails)
            {
                throw new InvalidOperationException("bug");
            }
        }
    }
}
