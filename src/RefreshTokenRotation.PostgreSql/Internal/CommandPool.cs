namespace RefreshTokenRotation.PostgreSql.Internal;

/// <summary>Keeps commands with their parameters, so that an exchange makes none. One that met a fault is not put back.</summary>
internal sealed class CommandPool<TCommand>(Func<TCommand> create)
    where TCommand : class, IDisposable
{
    private readonly TCommand?[] _kept = new TCommand?[64];

    public TCommand Take()
    {
        for (var i = 0; i < _kept.Length; i++)
        {
            if (_kept[i] is not null && Interlocked.Exchange(ref _kept[i], null) is { } command)
            {
                return command;
            }
        }

        return create();
    }

    public void Put(TCommand command)
    {
        for (var i = 0; i < _kept.Length; i++)
        {
            if (_kept[i] is null && Interlocked.CompareExchange(ref _kept[i], command, null) is null)
            {
                return;
            }
        }

        command.Dispose();
    }
}
