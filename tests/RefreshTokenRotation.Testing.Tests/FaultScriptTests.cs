using RefreshTokenRotation.Storage;
using RefreshTokenRotation.Testing.Tests.Support;

namespace RefreshTokenRotation.Testing.Tests;

/// <summary>The script, the plan and the history.</summary>
[TestFixture]
internal sealed class FaultScriptTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private FaultingTokenStore _store = null!;
    private TokenFamily _row = null!;

    [SetUp]
    public async Task SetUp()
    {
        _store = new FaultingTokenStore(new InMemoryTokenStore());
        _row = Rows.Create(1, Now);
        await _store.AddAsync(_row, 10, Now, CancellationToken.None);
    }

    [Test]
    public async Task Script_names_calls_by_their_number_counted_from_now()
    {
        await _store.FindAsync(_row.Grant.LookupKey, CancellationToken.None);
        _store.OnCall(StoreCall.Find, 2, StoreFault.ThrowBeforeWrite);

        await _store.FindAsync(_row.Grant.LookupKey, CancellationToken.None);
        var second = () => _store.FindAsync(_row.Grant.LookupKey, CancellationToken.None).AsTask();

        await second.Should().ThrowAsync<InjectedFaultException>();
    }

    [Test]
    public async Task Script_of_two_faults_hits_two_calls_in_order()
    {
        _store.OnNext(StoreCall.CompareAndSwap, StoreFault.Conflict).OnNext(StoreCall.CompareAndSwap, StoreFault.ThrowBeforeWrite);

        (await SwapAsync()).Should().BeFalse();
        (await FailureAsync()).Should().BeOfType<InjectedFaultException>();
    }

    [Test]
    public async Task Plan_decides_what_the_script_leaves_alone()
    {
        _store.Plan = context => context.Call == StoreCall.CompareAndSwap && context.Family!.Generation == 1 ? StoreFault.Conflict : StoreFault.None;
        (await SwapAsync()).Should().BeFalse();

        _store.OnNext(StoreCall.CompareAndSwap, StoreFault.None);
        (await SwapAsync()).Should().BeTrue("the script goes first");
    }

    [Test]
    public async Task Healed_store_fails_no_more()
    {
        _store.OnNext(StoreCall.CompareAndSwap, StoreFault.Conflict);
        _store.Plan = _ => StoreFault.ThrowBeforeWrite;

        _store.Heal();

        (await SwapAsync()).Should().BeTrue();
    }

    [TestCase(StoreCall.Find)]
    [TestCase(StoreCall.Add)]
    public void Fault_that_cannot_happen_to_a_call_is_refused(StoreCall call)
    {
        var script = () => _store.OnNext(call, StoreFault.Conflict);
        script.Should().Throw<ArgumentException>().WithMessage($"*Conflict*{call}*");
    }

    [Test]
    public async Task History_tells_call_fault_and_answer_without_a_secret()
    {
        _store.OnNext(StoreCall.CompareAndSwap, StoreFault.Conflict).OnNext(StoreCall.CompareAndSwap, StoreFault.ThrowAfterWrite);
        await SwapAsync();
        await FailureAsync();
        await _store.FindAsync(_row.Grant.LookupKey, CancellationToken.None);

        var told = _store.History.Select(call => call.ToString()).ToList();
        told.Should().Equal(
            $"#1 Add 1 of {_row}: 0 families",
            $"#2 CompareAndSwap 1 of {Next} with Conflict: False",
            $"#3 CompareAndSwap 2 of {Next} with ThrowAfter: InjectedFaultException",
            $"#4 Find 1: {Next}");
        var secrets = new[] { _row.Grant.LookupKey, _row.SecretHash }.Select(secret => Convert.ToHexString(secret.ToArray()));
        told.Should().NotContain(line => secrets.Any(secret => line.Contains(secret, StringComparison.OrdinalIgnoreCase)));
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
}
