using Microsoft.Extensions.Logging;
using Npgsql;
using RefreshTokenRotation.Relational;

namespace RefreshTokenRotation.PostgreSql.Internal;

/// <summary>At the start of the host, before any other service: creates or upgrades the tables where that is wanted, and checks them.</summary>
internal sealed class SchemaService(Func<Database?> findDatabase, bool createSchema, ILogger<SchemaService> logger) : StartupService
{
    public override async Task StartingAsync(CancellationToken cancellationToken)
    {
        if (findDatabase() is not { } database)
        {
            return; // The host has put other stores in the place of both.
        }

        if (createSchema)
        {
            await SchemaUpgrade.ApplyAsync(database.Source, database.Names, PostgreSqlSchema.CurrentVersion, cancellationToken).ConfigureAwait(false);
        }

        var connection = await database.ConnectAsync(cancellationToken).ConfigureAwait(false);
        await using var ownedConnection = connection.ConfigureAwait(false);
        var version = await SchemaUpgrade.ReadVersionAsync(connection, database.Names, cancellationToken).ConfigureAwait(false);
        if (version < PostgreSqlSchema.CurrentVersion)
        {
            throw new InvalidOperationException(
                $"The tables of {database.Names.Families} have version {version}, and version {PostgreSqlSchema.CurrentVersion} is needed. Run the script of "
                + $"PostgreSqlSchema.GetScript(\"{database.Names.Schema}\", \"{database.Names.Table}\", {version}), or set CreateSchema.");
        }

        using var standby = new NpgsqlCommand("SELECT pg_is_in_recovery()", connection);
        if (await standby.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false) is true)
        {
            throw new InvalidOperationException("The server is a standby, whose answers may be old. Name the primary, or all servers of the cluster.");
        }

        using var command = new NpgsqlCommand("SHOW synchronous_commit", connection);
        if (await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false) is "off")
        {
            logger.CommitsAreNotDurable();
        }
    }
}
