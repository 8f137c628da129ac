using System.Data;
using System.Globalization;
using Npgsql;
using RefreshTokenRotation.Relational;
using RefreshTokenRotation.Storage;

namespace RefreshTokenRotation.PostgreSql.Internal;

/// <summary>Runs every statement of the stores once, in a transaction that is rolled back: what a role, an encoding or a driver can't do shows at the start.</summary>
internal sealed class StartTrial(Database database, bool usesReplays)
{
    /// <summary>No name of a device or a user is stranger than this one.</summary>
    private const string AnyText = "Zoë’s iPhone 📱 中文";

    public async Task RunAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var family = NewFamily();
        await FindAsync(family, connection, cancellationToken).ConfigureAwait(false);
        var transaction = await connection.BeginTransactionAsync(IsolationLevel.ReadCommitted, cancellationToken).ConfigureAwait(false);
        await using (transaction.ConfigureAwait(false))
        {
            await TryFamiliesAsync(family, connection, transaction, cancellationToken).ConfigureAwait(false);
            await TryPoliciesAsync(family.Grant, connection, cancellationToken).ConfigureAwait(false);
            if (usesReplays)
            {
                var key = family.Grant.LookupKey;
                await TryAsync(database.Sql.AddReplay, values => values.Bind(key).Bind(0).Bind(0).Bind(0), connection, cancellationToken).ConfigureAwait(false);
                await TryAsync(database.Sql.FindReplay, values => values.Bind(key).Bind(0), connection, cancellationToken).ConfigureAwait(false);
            }

            await transaction.RollbackAsync(cancellationToken).ConfigureAwait(false);
        }

        await TryPoolerAsync(family, connection, cancellationToken).ConfigureAwait(false);
    }

    private static TokenFamily NewFamily()
    {
        // Of nobody, so that nodes that start together do not wait for each other.
        var name = Guid.NewGuid().ToString("N", CultureInfo.InvariantCulture);
        var key = new Opaque256([.. Guid.NewGuid().ToByteArray(), .. Guid.NewGuid().ToByteArray()]);
        return new TokenFamily
        {
            Grant = new FamilyGrant
            {
                LookupKey = key,
                FamilyId = Guid.NewGuid(),
                TenantId = name,
                Subject = name,
                ClientId = name,
                CreatedAt = DateTimeOffset.UnixEpoch,
                Scopes = [AnyText],
                FirstDevice = new DeviceInfo { Name = AnyText },
            },
            Version = 1,
            RotationType = RotationType.Rotating,
            Generation = 0,
            SecretHash = key,
        };
    }

    private async Task TryFamiliesAsync(TokenFamily family, NpgsqlConnection connection, NpgsqlTransaction transaction, CancellationToken cancellationToken)
    {
        var now = family.Grant.CreatedAt;
        using (var add = new AddFamilyOperation(database, family, activeCap: 1, now).CreateBatch(connection, transaction))
        {
            await database.ReadyAsync(add, cancellationToken).ConfigureAwait(false);
            await add.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        }

        if ((await FindAsync(family, connection, cancellationToken).ConfigureAwait(false))?.Grant.FirstDevice?.Name != AnyText)
        {
            throw new InvalidOperationException(
                $"{database.Names.Families} does not return what was written to it: a trigger or rule changes it, or the database's encoding is not UTF8.");
        }

        using (var swap = new PooledCommand(database.Sql.Swap))
        {
            swap.Begin().BindChanges(family with { Version = 2 }).Bind(family.Grant.LookupKey).Bind(1);
            await database.ReadyAsync(swap.Command, connection, cancellationToken).ConfigureAwait(false);
            await swap.Command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        }

        if (database.Batches)
        {
            await TrySeveralAsync(family, connection, cancellationToken).ConfigureAwait(false);
        }

        var filter = new TokenFamilyFilter { TenantId = family.Grant.TenantId, Resource = AnyText };
        await new ListFamiliesOperation(database, new TokenFamilyQuery(filter, After: null, Limit: 1, now)).RunAsync(connection, cancellationToken).ConfigureAwait(false);
        foreach (var delete in (bool[])[false, true])
        {
            var revocation = new FamilyRevocation(now, RevocationReason.Administrator, now, delete);
            await new RevokeFamiliesOperation(database, filter, revocation, after: null).RunAsync(connection, cancellationToken).ConfigureAwait(false);
        }

        await TryAsync(database.Sql.Prune, static values => values.Bind(-1).Bind(0).Bind(1), connection, cancellationToken).ConfigureAwait(false);
    }

    private async Task TrySeveralAsync(TokenFamily family, NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        using var find = new PooledRows(database.Sql.FindSeveral);
        find.Begin().BeginRow().Bind(family.Grant.LookupKey);
        using var swap = new PooledRows(database.Sql.SwapSeveral);
        swap.Begin().BeginRow().BindChanges(family with { Version = 3 }).Bind(family.Grant.LookupKey).Bind(2);
        foreach (var command in (NpgsqlCommand[])[find.Command, swap.Command])
        {
            await database.ReadyAsync(command, connection, cancellationToken).ConfigureAwait(false);
            await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task TryPoliciesAsync(FamilyGrant nobody, NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var sql = database.Sql;
        await TryAsync(sql.AddPolicy, values => Bind(values).BindJson("{}"), connection, cancellationToken).ConfigureAwait(false);
        await TryAsync(sql.ReplacePolicy, values => Bind(values).BindJson("{}").BindJson("{}"), connection, cancellationToken).ConfigureAwait(false);
        await TryAsync(sql.FindPolicy, Bind, connection, cancellationToken).ConfigureAwait(false);
        await TryAsync(sql.RemovePolicy, values => Bind(values).BindJson("{}"), connection, cancellationToken).ConfigureAwait(false);

        Parameters Bind(Parameters values) => values.Bind(nobody.TenantId).Bind(nobody.ClientId);
    }

    private async Task TryAsync(string sql, Func<Parameters, Parameters> bind, NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        using var command = new NpgsqlCommand(sql);
        bind(new Parameters(command.Parameters));
        database.Use(command, connection);
        await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>A pooler that lends its sessions by the transaction leads the next client to the session that has just become free, with what was prepared on it. One
    /// that keeps prepared statements hides that.</summary>
    private async Task TryPoolerAsync(TokenFamily family, NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        if (!database.Prepares || database.MaxConnections < 2)
        {
            return;
        }

        using var identity = new NpgsqlCommand("SELECT pg_backend_pid()");
        database.Use(identity, connection);
        if (await identity.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false) is int process && process != connection.ProcessID)
        {
            // The server's session is not the driver's: there is a pooler.
            var another = await database.ConnectAsync(cancellationToken).ConfigureAwait(false);
            await using var ownedAnother = another.ConfigureAwait(false);
            await FindAsync(family, another, cancellationToken).ConfigureAwait(false);
            await FindAsync(family, connection, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<TokenFamily?> FindAsync(TokenFamily family, NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        using var find = new PooledCommand(database.Sql.Find);
        find.Begin().Bind(family.Grant.LookupKey);
        await database.ReadyAsync(find.Command, connection, cancellationToken).ConfigureAwait(false);
        var rows = await find.Command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using var ownedRows = rows.ConfigureAwait(false);
        await rows.ReadAsync(cancellationToken).ConfigureAwait(false);
        return FamilyRow.ReadChecked(rows, database.Names.Families);
    }
}
