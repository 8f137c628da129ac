using System.Data.Common;

namespace RefreshTokenRotation.Adoption;

/// <summary>Refresh tokens of IdentityServer, by its table of persisted grants. The database is the only thing that is asked.</summary>
internal sealed class PersistedGrantSource(DbDataSource database, PersistedGrantsOptions options, TimeProvider time) : ILegacyTokenSource
{
    /// <summary>A consumed row stays consumed.</summary>
    public TimeSpan Retention => TimeSpan.Zero;

    public async ValueTask<LegacyToken?> ReadAsync(string token, CancellationToken cancellationToken)
    {
        var command = database.CreateCommand(
            $"""SELECT "SubjectId", "ClientId", "SessionId", "Expiration", "ConsumedTime", "Data" FROM {options.Table} WHERE "Key" = @key AND "Type" = @type""");
        await using (command.ConfigureAwait(false))
        {
            Add(command, "@key", options.Key(token));
            Add(command, "@type", options.GrantType);
            var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
            await using (reader.ConfigureAwait(false))
            {
                return await reader.ReadAsync(cancellationToken).ConfigureAwait(false) ? Read(token, reader) : null;
            }
        }
    }

    public async ValueTask RetireAsync(LegacyToken token, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(token);
        var command = database.CreateCommand(
            $"""UPDATE {options.Table} SET "ConsumedTime" = @now WHERE "Key" = @key AND "Type" = @type AND "ConsumedTime" IS NULL""");
        await using (command.ConfigureAwait(false))
        {
            Add(command, "@now", time.GetUtcNow().UtcDateTime);
            Add(command, "@key", options.Key(token.CanonicalText));
            Add(command, "@type", options.GrantType);
            await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        }
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
