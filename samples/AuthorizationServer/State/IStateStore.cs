namespace AuthorizationServer.State;

/// <summary>What the server keeps between two requests, apart from refresh tokens: codes, device codes, sessions, consents, its signing key.
/// Every write is one atomic step, so that two instances on one store work as one.</summary>
internal interface IStateStore
{
    /// <summary>The value of an entry; null if there is none, or if it ended.</summary>
    ValueTask<string?> FindAsync(string key, CancellationToken cancellationToken);

    /// <summary>Adds an entry. False if one exists that has not ended.</summary>
    ValueTask<bool> AddAsync(string key, string value, DateTimeOffset endsAt, CancellationToken cancellationToken);

    /// <summary>Replaces an entry. False if its value is no longer the expected one: somebody else was faster.</summary>
    ValueTask<bool> SwapAsync(string key, string expected, string value, DateTimeOffset endsAt, CancellationToken cancellationToken);

    /// <summary>Removes an entry. True for the one caller that removed it.</summary>
    ValueTask<bool> RemoveAsync(string key, CancellationToken cancellationToken);
}
