using RefreshTokenRotation.Sqlite.Internal;
using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.Sqlite.Tests.Support;

/// <summary>Blocks the writer of a node until the test starts it. Writes that arrive in the meantime share one transaction, in order.</summary>
internal sealed class HeldWriter : IDisposable
{
    private readonly Database _database;
    private readonly TaskCompletionSource _started = new();
    private readonly TaskCompletionSource _holding = new();

    public HeldWriter(Database database)
    {
        _database = database;
        _ = database.WriteAsync(
            _ =>
            {
                _holding.SetResult();
                _started.Task.Wait(Eventually.Patience);
                return 0L;
            },
            CancellationToken.None);
        _holding.Task.Wait(Eventually.Patience).Should().BeTrue("the writer takes work");
    }

    public Task<long> Add(Func<Session, long> write, CancellationToken cancellationToken = default) => _database.WriteAsync(write, cancellationToken);

    public void Start() => _started.TrySetResult();

    public void Dispose() => _started.TrySetResult();
}
