using Npgsql;

namespace RefreshTokenRotation.PostgreSql.Internal;

/// <summary>Says what to grant or to set, where the start fails.</summary>
internal static class StartFault
{
    /// <summary>An instruction, with what the server or driver said; null where the fault speaks for itself, such as a server that can't be reached.</summary>
    public static string? Explain(Exception fault, Database database, bool creating)
    {
        var names = database.Names;
        var role = $"\"{database.Role}\"";
        var state = (fault as NpgsqlException)?.SqlState;
        var advice = state switch
        {
            PostgresErrorCodes.InsufficientPrivilege when creating =>
                $"The role may not create the tables. Let its owner run the script of PostgreSqlSchema.GetScript(\"{names.Schema}\", \"{names.Table}\"), or "
                + $"GRANT CREATE ON SCHEMA {names.QuotedSchema} TO {role} (and CREATE ON DATABASE where the schema is missing).",
            PostgresErrorCodes.InsufficientPrivilege =>
                $"The role lacks a right. GRANT USAGE ON SCHEMA {names.QuotedSchema} TO {role}; "
                + $"GRANT SELECT, INSERT, UPDATE, DELETE ON {names.Families}, {names.Policies}, {names.Replays} TO {role}; GRANT SELECT ON {names.Versions} TO {role};",
            PostgresErrorCodes.UntranslatableCharacter or PostgresErrorCodes.CharacterNotInRepertoire =>
                "The encoding of the database can't hold every text, such as the name of a device. Use a database whose encoding is UTF8 "
                + "(CREATE DATABASE ... ENCODING 'UTF8' TEMPLATE template0).",
            PostgresErrorCodes.InvalidSqlStatementName or PostgresErrorCodes.DuplicatePreparedStatement =>
                "A pooler in transaction mode is in front of the server and does not keep prepared statements. Set PrepareStatements to false, "
                + "or let it keep them (PgBouncer 1.21 or later: max_prepared_statements).",
            PostgresErrorCodes.ReadOnlySqlTransaction when fault is not StandbyException =>
                "The server is read only (default_transaction_read_only), or a standby. Name the primary, or all servers of the cluster.",
            _ when fault is InvalidCastException or NotSupportedException =>
                "The data source can't send or read a type that the store needs. One of NpgsqlSlimDataSourceBuilder needs EnableArrays() and EnableExtraConversions().",
            _ => null,
        };
        return advice is not null ? $"{advice} The server or driver said: {MessageOf(fault)}" : fault is StandbyException ? fault.Message : null;
    }

    private static string MessageOf(Exception fault) => fault is PostgresException { MessageText: var text, SqlState: var state } ? $"{text} ({state})" : fault.Message;
}
