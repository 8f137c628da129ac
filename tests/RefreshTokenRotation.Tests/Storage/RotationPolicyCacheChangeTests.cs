using RefreshTokenRotation.Storage;
using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.Tests.Storage;

/// <summary>Changes through a cache, and reads for them.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class RotationPolicyCacheChangeTests
{
    private static readonly RotationPolicy Spa = RotationPolicy.Spa;
    private static readonly RotationPolicy Mobile = RotationPolicy.Mobile;

    private readonly SlowPolicyStore _inner = new();

    [Test]
    public async Task Own_change_holds_at_once()
    {
        var cache = Cache();
        (await FindAsync(cache)).Should().BeNull();

        await cache.SetAsync("spa", string.Empty, Spa, CancellationToken.None);
        (await FindAsync(cache)).Should().BeSameAs(Spa);
        await cache.SetAsync("spa", string.Empty, null, CancellationToken.None);
        (await FindAsync(cache)).Should().BeNull();
    }

    [Test]
    public async Task Read_for_a_change_goes_past_what_is_kept()
    {
        var cache = Cache();
        await FindAsync(cache);
        _inner.Policies["spa"] = Spa;

        (await cache.ReadAsync("spa", string.Empty, CancellationToken.None)).Should().Be(new VersionedRotationPolicy(Spa, "1"));
        (await FindAsync(cache)).Should().BeNull();
    }

    [Test]
    public async Task Conflict_is_passed_on_and_ends_what_is_kept()
    {
        var cache = Cache();
        await FindAsync(cache);
        _inner.Policies["spa"] = Spa;
        _inner.MeetsConflicts = true;

        (await cache.TrySetAsync("spa", string.Empty, Mobile, version: null, CancellationToken.None)).Should().BeFalse();
        (await FindAsync(cache)).Should().BeSameAs(Spa);
    }

    [Test]
    public async Task Own_change_whose_outcome_is_unknown_is_read_again()
    {
        var cache = Cache();
        await FindAsync(cache);
        _inner.ThrowAfterWrite = true;

        await FluentActions.Awaiting(() => cache.SetAsync("spa", string.Empty, Spa, CancellationToken.None).AsTask())
            .Should().ThrowAsync<TimeoutException>();

        (await FindAsync(cache)).Should().BeSameAs(Spa);
    }

    [Test]
    public async Task Read_that_was_under_way_during_an_own_change_is_neither_joined_nor_kept()
    {
        var cache = Cache();
        _inner.Hold();
        var before = FindAsync(cache);
        await cache.SetAsync("spa", string.Empty, Spa, CancellationToken.None);
        var after = FindAsync(cache);
        _inner.Release();

        (await before).Should().BeNull();
        (await after).Should().BeSameAs(Spa);
        (await FindAsync(cache)).Should().BeSameAs(Spa);
        _inner.Reads.Should().Be(2);
    }

    private static Task<RotationPolicy?> FindAsync(RotationPolicyCache cache) => cache.FindAsync("spa", string.Empty, CancellationToken.None).AsTask();

    private RotationPolicyCache Cache() => new(_inner, TimeSpan.FromSeconds(5), new FakeTime());
}
