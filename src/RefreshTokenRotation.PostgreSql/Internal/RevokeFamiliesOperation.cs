using Npgsql;
using RefreshTokenRotation.Relational;
using RefreshTokenRotation.Storage;

namespace RefreshTokenRotation.PostgreSql.Internal;

/// <summary>One batch of a revocation or deletion: a statement, and a transaction of its own.</summary>
internal sealed class RevokeFamiliesOperation(
    Database database, TokenFamilyFilter filter, FamilyRevocation revocation, TokenFamilyCursor? after)
{
    /// <summary>How many families a batch looks at. An exchange of one of them waits for a tenth of a second at most.</summary>
    public const int Size = 500;

    /// <summary>Revokes, or deletes, the next families in the order of their log-in.</summary>
    /// <returns>How many were changed, and the last one that was looked at; no last one where the walk is over.</returns>
    public async ValueTask<(long Changed, TokenFamilyCursor? Last)> RunAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var conditions = PostgreSqlTokenStore.Conditions();
        using var command = new NpgsqlCommand(Build(database.Sql, conditions));
        conditions.BindTo(new Parameters(command.Parameters));
        database.Use(command, connection);

        var rows = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using var ownedRows = rows.ConfigureAwait(false);
        await rows.ReadAsync(cancellationToken).ConfigureAwait(false);
        Doubt.Check(rows.GetInt32(0), database.Names.Families);
        TokenFamilyCursor? last = rows.GetInt64(2) < Size ? null : new TokenFamilyCursor(new DateTimeOffset(rows.GetInt64(3), TimeSpan.Zero), rows.GetGuid(4));
        return (rows.GetInt64(1), last);
    }

    /// <summary>The text of the statement, whose values are added to the conditions.</summary>
    internal string Build(Statements sql, FamilyConditions conditions)
    {
        var write = revocation.Delete
            ? sql.Delete
            : sql.Revoke(conditions.Add(FamilyValues.Ticks(revocation)), conditions.Add((long)revocation.Reason), conditions.Add((long)PruneDay.Of(revocation.RevokedAt)));

        // A batch is bounded by what it looks at, and not by what it finds: many that are revoked already must not make one long.
        var walked = new TokenFamilyFilter
        {
            TenantId = filter.TenantId,
            FamilyId = filter.FamilyId,
            Subject = filter.Subject,
            ClientId = filter.ClientId,
            SessionId = filter.SessionId,
            AuthorizationId = filter.AuthorizationId,
            CreatedNoLaterThan = filter.CreatedNoLaterThan,
        };
        var page = conditions.Page(new TokenFamilyQuery(walked, after, Size, revocation.Now), conditions.Of(walked, revocation.Now));
        var condition = conditions.Of(filter, revocation.Now);
        return sql.InBatch(page, revocation.Delete ? condition : $"revoked_at = 0 AND {condition}", write);
    }
}
