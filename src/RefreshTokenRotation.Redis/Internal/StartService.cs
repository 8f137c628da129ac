using Microsoft.Extensions.Logging;

namespace RefreshTokenRotation.Redis.Internal;

/// <summary>At the start of the host, before any other service: reads what the servers promise, and proves that the stores can work with them.</summary>
internal sealed class StartService(Func<StoresInUse<RedisConnection>> find, ILogger<StartService> logger) : StartupService
{
    public override async Task StartingAsync(CancellationToken cancellationToken)
    {
        var use = find();
        if (use.Database is not { } connection)
        {
            return; // The host has put other stores in the place of all.
        }

        try
        {
            if (connection.Options.Durability == RedisDurability.Unchecked)
            {
                logger.ServerIsNotChecked();
            }
            else
            {
                await new ServerCheck(connection.Options, use.HasReplays, logger)
                    .RunAsync(await connection.MultiplexerAsync(cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
            }

            await new StartTrial(connection, use.HasReplays).RunAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception fault) when (StartFault.Explain(fault, connection) is { } explanation)
        {
            throw new InvalidOperationException(explanation, fault);
        }
    }
}
