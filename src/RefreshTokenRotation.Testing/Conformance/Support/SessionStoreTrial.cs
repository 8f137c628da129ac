using RefreshTokenRotation.Client;

namespace RefreshTokenRotation.Testing.Conformance.Support;

/// <summary>A client's session store under test.</summary>
internal sealed class SessionStoreTrial(TokenSessionStoreHarness harness, CaseRun run, ITokenSessionStore first, ITokenSessionStore second)
    : StoreTrial<TokenSessionStoreHarness, ITokenSessionStore>(harness, run, first, second)
{
    public static readonly TokenSessionKey Key = new("client", "session");

    public static async Task<SessionStoreTrial> OpenAsync(TokenSessionStoreHarness harness, CaseRun run)
    {
        var first = await harness.OpenAsync(run.CancellationToken).ConfigureAwait(false);
        var second = await harness.OpenSecondAsync(run.CancellationToken).ConfigureAwait(false);
        CaseRun.Require(await first.LoadAsync(Key, run.CancellationToken).ConfigureAwait(false) is null, "the harness opened a store that is not empty");
        return new SessionStoreTrial(harness, run, first, second);
    }

    /// <summary>A record with a version of its own.</summary>
    public static TokenSessionRecord Record(params byte[] data) => new(Guid.NewGuid(), data);

    public async Task<ITokenSessionStore> CrashAsync() => await Harness.CrashAsync(CancellationToken).ConfigureAwait(false);

    public async Task WriteAsync(TokenSessionKey key, Guid? expected, TokenSessionRecord record, string where) => CaseRun.Require(
        await First.CompareAndSwapAsync(key, expected, record, CancellationToken).ConfigureAwait(false), $"a write of what was expected returned false, {where}");

    public async Task RequireRefusedAsync(TokenSessionKey key, Guid? expected, string where) => CaseRun.Require(
        !await Second.CompareAndSwapAsync(key, expected, Record(9), CancellationToken).ConfigureAwait(false), $"a write returned true, {where}");

    /// <summary>Demands that both instances hold this record.</summary>
    public async Task RequireAsync(TokenSessionKey key, TokenSessionRecord? expected, string where)
    {
        await RequireAsync(First, key, expected, where, CancellationToken).ConfigureAwait(false);
        await RequireAsync(Second, key, expected, where, CancellationToken).ConfigureAwait(false);
    }

    public static async Task RequireAsync(ITokenSessionStore store, TokenSessionKey key, TokenSessionRecord? expected, string where, CancellationToken cancellationToken)
    {
        var found = await store.LoadAsync(key, cancellationToken).ConfigureAwait(false);
        CaseRun.Require(expected is not null || found is null, $"a load returned a record, {where}");
        CaseRun.Require(expected is null || found is not null, $"a load returned null, {where}");
        CaseRun.Require(found?.Version == expected?.Version, $"a load returned another version, {where}");
        CaseRun.Require(expected is null || found!.Data.Span.SequenceEqual(expected.Data.Span), $"a load returned other data, {where}");
    }
}
