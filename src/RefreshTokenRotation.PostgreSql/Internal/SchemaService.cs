using Microsoft.Extensions.Logging;
using Npgsql;
using RefreshTokenRotation.Relational;

namespace RefreshTokenRotation.PostgreSql.Internal;

/// <summary>At the start of the host, before any other service: creates or upgrades the tables where that is wanted, and proves that the stores can work with them.</summary>
internal sealed class SchemaService(Func<StoresInUse<Database>> find, ILogger<SchemaService> logger) : StartupService
{
    public override async Task StartingAsync(CancellationToken cancellationToken)
    {
        var use = find();
        if (use.Database is not { } database)
        {
            return; // The host has put other stores in the place of all.
        }

        await database.CreateSchemaAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await database.RunAsync(CheckAsync, use, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception fault) when (StartFault.Explain(fault, database, creating: false) is { } explanation)
        {
            throw new InvalidOperationException(explanation, fault);
        }
    }

    private async ValueTask<bool> CheckAsync(StoresInUse<Database> use, NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var database = use.Database!;
        var version = await SchemaUpgrade.ReadVersionAsync(connection, database.Names, cancellationToken).ConfigureAwait(false);
        if (version < PostgreSqlSchema.CurrentVersion)
        {
            throw new InvalidOperationException(
                $"The tables of {database.Names.Families} have version {version}, and version {PostgreSqlSchema.CurrentVersion} is needed. Run the script of "
                + $"PostgreSqlSchema.GetScript(\"{database.Names.Schema}\", \"{database.Names.Table}\", {version}), or set CreateSchema.");
        }

        await new StartTrial(database, use.HasReplays).RunAsync(connection, cancellationToken).ConfigureAwait(false);
        using var command = new NpgsqlCommand("SHOW synchronous_commit", connection);
        if (await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false) is "off")
        {
            logger.CommitsAreNotDurable();
        }

        return true;
    }
}
