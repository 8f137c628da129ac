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
    public async Task Observer_that_throws_changes_no_answer()
    {
        var issued = await _engine.IssueAsync();
        _observer.Fails = true;

        (await _engine.Tokens.RevokeAsync(new RevokeRequest { RefreshToken = issued.RefreshToken, ClientId = Engine.Client })).Should().Be(RevokeResult.Revoked);
    }

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
