namespace RefreshTokenRotation.Relational;

/// <summary>Keeps what one call at a time uses, so that most calls make none. What met a fault is not put back.</summary>
internal sealed class Pool<T>(int size, Func<T> create) : IDisposable
    where T : class, IDisposable
{
    private readonly T?[] _kept = new T?[size];

    public T Take()
    {
        for (var i = 0; i < _kept.Length; i++)
        {
            if (_kept[i] is not null && Interlocked.Exchange(ref _kept[i], null) is { } item)
            {
                return item;
            }
        }

        return create();
    }

    public void Put(T item)
    {
        for (var i = 0; i < _kept.Length; i++)
        {
            if (_kept[i] is null && Interlocked.CompareExchange(ref _kept[i], item, null) is null)
            {
                return;
            }
        }

        item.Dispose();
    }

    /// <summary>Disposes what is kept. The pool can still be used.</summary>
    public void Dispose()
    {
        for (var i = 0; i < _kept.Length; i++)
        {
            Interlocked.Exchange(ref _kept[i], null)?.Dispose();
        }
    }
}
