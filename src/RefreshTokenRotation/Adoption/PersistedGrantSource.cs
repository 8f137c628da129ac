using System.Data.Common;
using System.Globalization;

namespace RefreshTokenRotation.Adoption;

/// <summary>Refresh tokens of IdentityServer, by its table of persisted grants. The database is the only thing that is asked.</summary>
internal sealed class PersistedGrantSource(DbDataSource database, PersistedGrantsOptions options, TimeProvider time) : ILegacyTokenSource
{
    private const string Mark = "rtr:adopted";

    /// <summary>A consumed row stays consumed.</summary>
    public TimeSpan Retention => TimeSpan.Zero;

    public async ValueTask<LegacyToken?> ReadAsync(string token, CancellationToken cancellationToken)
    {
        var command = CommandFor(token, """SELECT "SubjectId", "ClientId", "SessionId", "Expiration", "ConsumedTime", "Data" FROM {0} WHERE {1}""");
        await using var ownedCommand = command.ConfigureAwait(false);
        var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using var ownedReader = reader.ConfigureAwait(false);
        return await reader.ReadAsync(cancellationToken).ConfigureAwait(false) ? Read(token, reader) : null;
    }

    /// <summary>Consumes the row unless the old server has, and leaves a mark in it that distinguishes the two.</summary>
    public async ValueTask<bool> RetireAsync(LegacyToken token, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(token);
        var update = CommandFor(
            token.CanonicalText, """UPDATE {0} SET "ConsumedTime" = @now, "Description" = @mark WHERE {1} AND "ConsumedTime" IS NULL""");
        await using (update.ConfigureAwait(false))
        {
            Add(update, "@now", time.GetUtcNow().UtcDateTime);
            Add(update, "@mark", Mark);
            if (await update.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false) > 0)
            {
                return true;
            }
        }

        var select = CommandFor(token.CanonicalText, """SELECT "Description" FROM {0} WHERE {1}""");
        await using var ownedSelect = select.ConfigureAwait(false);
        return await select.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false) is Mark;
    }

    private DbCommand CommandFor(string token, string sql)
    {
        var keys = options.Keys(token);
        var row = $"\"Key\" IN ({string.Join(", ", Enumerable.Range(0, keys.Count).Select(static i => $"@key{i}"))}) AND \"Type\" = @type";
        var command = database.CreateCommand(string.Format(CultureInfo.InvariantCulture, sql, options.Table, row));
        for (var i = 0; i < keys.Count; i++)
        {
            Add(command, $"@key{i}", keys[i]);
        }

        Add(command, "@type", options.GrantType);
        return command;
    }

    private LegacyToken Read(string token, DbDataReader reader)
    {
        var expiresAt = reader.IsDBNull(3)
            ? (DateTimeOffset?)null
            : new DateTimeOffset(DateTime.SpecifyKind(reader.GetDateTime(3), DateTimeKind.Utc));
        var isValid = reader.IsDBNull(4) && !(expiresAt <= time.GetUtcNow());
        return new LegacyToken
        {
            CanonicalText = token,
            ExpiresAt = options.KeepExpiration ? expiresAt : null,
            Grant = !isValid ? null : new IssueRequest
            {
                Subject = reader.GetString(0),
                ClientId = reader.GetString(1),
                SessionId = reader.IsDBNull(2) ? null : reader.GetString(2),
                Scopes = options.ReadScopes(reader.GetString(5)),
            },
        };
    }

    private static void Add(DbCommand command, string name, object value)
    {
        var parameter = command.CreateParameter();
        parameter.ParameterName = name;
        parameter.Value = value;
        command.Parameters.Add(parameter);
    }
}
