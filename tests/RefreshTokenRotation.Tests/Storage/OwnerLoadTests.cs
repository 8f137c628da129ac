using System.Globalization;
using RefreshTokenRotation.Storage;
using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.Tests.Storage;

/// <summary>One user who logs in and out without end, by the engine and the store in memory. <c>OWNER_LOGINS</c> sets how often; the figures go to the test's output.</summary>
[TestFixture, NonParallelizable]
internal sealed class OwnerLoadTests
{
    [Test]
    public async Task Log_ins_and_log_outs_of_one_user_keep_a_bounded_number_of_rows()
    {
        var count = Environment.GetEnvironmentVariable("OWNER_LOGINS") is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : 3_000;
        var store = new InMemoryTokenStore();
        using var engine = new Engine(store: store);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        for (var i = 0; i < count; i++)
        {
            var issued = await engine.IssueAsync();
            engine.Events.Clear();
            await engine.Tokens.RevokeAsync(new RevokeRequest { RefreshToken = issued.RefreshToken, ClientId = Engine.Client });
            engine.Time.Advance(TimeSpan.FromSeconds(1));
        }

        var kept = GC.GetTotalMemory(forceFullCollection: true) - before;
        var logIn = await TimeAsync(async () => await engine.IssueAsync());
        var list = await TimeAsync(async () =>
            await engine.Families.ListAsync(TokenFamilyFilter.ForUser(Engine.User) with { State = FamilyState.Active }));

        TestContext.Out.WriteLine(FormattableString.Invariant(
            $"{count} log-ins with log-out of one user: {store.Table.Counts.LookupKeys} rows, {kept / 1048576.0:F2} MB; the next log-in {logIn:F1} us, a list {list:F1} us"));
        store.Table.Counts.LookupKeys.Should().BeInRange(ITokenStore.KeptEndedPerOwner, ITokenStore.MaxEndedPerOwner + 101);
        kept.Should().BeLessThan(8 * 1024 * 1024, "a thousand rows and their indexes take some hundreds of kilobytes");
    }

    /// <summary>In microseconds, of the real clock: for people alone, no test depends on it.</summary>
    private static async Task<double> TimeAsync(Func<Task> call)
    {
        const int Calls = 100;
        var start = TimeProvider.System.GetTimestamp();
        for (var i = 0; i < Calls; i++)
        {
            await call();
        }

        return TimeProvider.System.GetElapsedTime(start).TotalMicroseconds / Calls;
    }
}
