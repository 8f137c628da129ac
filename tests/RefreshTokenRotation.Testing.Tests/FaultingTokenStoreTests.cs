using RefreshTokenRotation.Storage;
using RefreshTokenRotation.Testing.Tests.Support;

namespace RefreshTokenRotation.Testing.Tests;

/// <summary>Each fault does what it says, and no more.</summary>
[TestFixture]
internal sealed class FaultingTokenStoreTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private InMemoryTokenStore _inner = null!;
    private FaultingTokenStore _store = null!;
    private TokenFamily _row = null!;

    [SetUp]
    public async Task SetUp()
    {
        _inner = new InMemoryTokenStore();
        _store = new FaultingTokenStore(_inner);
        _row = Rows.Create(1, Now);
        await _store.AddAsync(_row, 10, Now, CancellationToken.None);
    }

    [Test]
    public async Task Store_without_a_script_passes_every_call_through()
    {
        (await SwapAsync()).Should().BeTrue();
        (await _store.FindAsync(_row.Grant.LookupKey, CancellationToken.None))!.Version.Should().Be(2);
        (await _store.ListAsync(new TokenFamilyQuery(TokenFamilyFilter.ForTenant(""), null, 10, Now), CancellationToken.None)).Should().HaveCount(1);
        (await RevokeAsync()).Should().Be(1);
        (await _store.PruneAsync(Now.AddDays(1), 10, CancellationToken.None)).Should().Be(1);
        (await StoredAsync()).Should().BeNull();
        _store.History.Select(call => call.Context.Call).Should().Equal(
            StoreCall.Add, StoreCall.CompareAndSwap, StoreCall.Find, StoreCall.List, StoreCall.Revoke, StoreCall.Prune);
    }

    [Test]
    public async Task Conflict_answers_false_and_writes_nothing()
    {
        _store.OnNext(StoreCall.CompareAndSwap, StoreFault.Conflict);

        (await SwapAsync()).Should().BeFalse();
        (await StoredAsync())!.Version.Should().Be(1);
        (await SwapAsync()).Should().BeTrue("only one call was to fail");
    }

    [Test]
    public async Task Conflict_after_write_answers_false_and_has_written()
    {
        _store.OnNext(StoreCall.CompareAndSwap, StoreFault.ConflictAfterWrite);

        (await SwapAsync()).Should().BeFalse();
        (await StoredAsync())!.Version.Should().Be(2);
    }

    [TestCase(StoreFaultKind.ThrowBefore, typeof(InjectedFaultException), 1)]
    [TestCase(StoreFaultKind.ThrowAfter, typeof(InjectedFaultException), 2)]
    [TestCase(StoreFaultKind.CancelBefore, typeof(OperationCanceledException), 1)]
    [TestCase(StoreFaultKind.CancelAfter, typeof(OperationCanceledException), 2)]
    [TestCase(StoreFaultKind.LandLate, typeof(TimeoutException), 1)]
    public async Task Failing_call_throws_and_writes_as_its_fault_says(StoreFaultKind kind, Type exception, int version)
    {
        _store.OnNext(StoreCall.CompareAndSwap, EveryCall.FaultCase.Make(kind, new StoreGate()));

        (await FailureAsync()).Should().BeOfType(exception);
        (await StoredAsync())!.Version.Should().Be(version);
    }

    [Test]
    public async Task Late_write_lands_when_the_test_lands_it()
    {
        _store.OnNext(StoreCall.CompareAndSwap, StoreFault.LandLate());
        await FailureAsync();
        await _store.FindAsync(_row.Grant.LookupKey, CancellationToken.None);
        (await StoredAsync())!.Version.Should().Be(1);
        _store.LateWriteCount.Should().Be(1);

        await _store.LandLateWritesAsync();

        (await StoredAsync())!.Version.Should().Be(2);
        _store.LateWriteCount.Should().Be(0);
    }

    [Test]
    public async Task Late_write_lands_before_the_call_that_was_named()
    {
        _store.OnNext(StoreCall.CompareAndSwap, StoreFault.LandLate(beforeCall: 2));
        await FailureAsync();

        (await _store.FindAsync(_row.Grant.LookupKey, CancellationToken.None))!.Version.Should().Be(1);
        (await _store.FindAsync(_row.Grant.LookupKey, CancellationToken.None))!.Version.Should().Be(2);
    }

    [Test]
    public async Task Late_write_that_was_overtaken_changes_nothing()
    {
        _store.OnNext(StoreCall.CompareAndSwap, StoreFault.LandLate());
        await FailureAsync();
        var overtaking = _row with { Version = 2, Generation = 7 };
        (await _store.CompareAndSwapAsync(overtaking, 1, CancellationToken.None)).Should().BeTrue();

        await _store.LandLateWritesAsync();

        (await StoredAsync())!.Generation.Should().Be(7);
    }

    [Test]
    public async Task Stale_read_answers_the_row_before_its_last_writes()
    {
        await SwapAsync();
        await RevokeAsync();

        (await ReadStaleAsync(1))!.Version.Should().Be(2);
        (await ReadStaleAsync(2))!.Version.Should().Be(1);
        (await ReadStaleAsync(3)).Should().BeNull("the family was not there before");
        (await _store.FindAsync(_row.Grant.LookupKey, CancellationToken.None))!.RevokedAt.Should().NotBeNull();
    }

    [Test]
    public async Task Stale_read_of_a_deleted_family_answers_what_it_was()
    {
        await _store.RevokeAsync(
            TokenFamilyFilter.ForUser("alice"), new FamilyRevocation(Now, RevocationReason.User, Now, Delete: true), CancellationToken.None);

        (await ReadStaleAsync(1))!.Version.Should().Be(1);
    }

    [TestCase(StoreFaultKind.DelayBefore, 1)]
    [TestCase(StoreFaultKind.DelayAfter, 2)]
    public async Task Delayed_call_waits_for_its_gate(StoreFaultKind kind, int versionWhileWaiting)
    {
        var gate = new StoreGate();
        _store.OnNext(StoreCall.CompareAndSwap, EveryCall.FaultCase.Make(kind, gate));

        var waiting = SwapAsync();
        await gate.Reached;
        waiting.IsCompleted.Should().BeFalse();
        (await StoredAsync())!.Version.Should().Be(versionWhileWaiting);

        gate.Open();
        (await waiting).Should().BeTrue();
        (await StoredAsync())!.Version.Should().Be(2);
    }

    [Test]
    public async Task Delayed_call_that_is_cancelled_waits_no_more()
    {
        using var source = new CancellationTokenSource();
        _store.OnNext(StoreCall.Find, StoreFault.DelayBefore(new StoreGate()));
        var waiting = _store.FindAsync(_row.Grant.LookupKey, source.Token).AsTask();

        await source.CancelAsync();

        await FluentActions.Awaiting(() => waiting).Should().ThrowAsync<OperationCanceledException>();
    }

    private TokenFamily Next => _row with { Version = 2, Generation = 1 };

    private async Task<bool> SwapAsync() => await _store.CompareAndSwapAsync(Next, 1, CancellationToken.None);

    private async Task<Exception?> FailureAsync()
    {
        try
        {
            await SwapAsync();
            return null;
        }
        catch (Exception failure)
        {
            return failure;
        }
    }

    private async Task<long> RevokeAsync() => await _store.RevokeAsync(
        TokenFamilyFilter.ForUser("alice"), new FamilyRevocation(Now, RevocationReason.User, Now, Delete: false), CancellationToken.None);

    private async Task<TokenFamily?> ReadStaleAsync(int writes)
    {
        _store.OnNext(StoreCall.Find, StoreFault.StaleRead(writes));
        return await _store.FindAsync(_row.Grant.LookupKey, CancellationToken.None);
    }

    private async Task<TokenFamily?> StoredAsync() => await _inner.FindAsync(_row.Grant.LookupKey, CancellationToken.None);
}
