using Npgsql;
using NpgsqlTypes;

namespace RefreshTokenRotation.PostgreSql.Internal;

/// <summary>A filter as SQL: one condition for each member that is set, so that each combination is one text that the server plans by itself.</summary>
internal static class FamilyConditions
{
    public static string Active(string now) =>
        $"revoked_at = 0 AND (absolute_expires_at = 0 OR absolute_expires_at > {now}) AND (idle_expires_at = 0 OR idle_expires_at > {now})";

    /// <summary>The condition; its values are added behind the parameters that are there.</summary>
    public static string Of(TokenFamilyFilter filter, DateTimeOffset now, NpgsqlParameterCollection parameters)
    {
        var conditions = new List<string> { $"tenant_id = {Text(filter.TenantId)}" };
        AddText("subject", filter.Subject);
        AddText("client_id", filter.ClientId);
        AddText("session_id", filter.SessionId);
        AddText("authorization_id", filter.AuthorizationId);
        if (filter.FamilyId is { } family)
        {
            conditions.Add($"family_id = {Value(family, NpgsqlDbType.Uuid)}");
        }

        if (filter.ExceptFamilyId is { } except)
        {
            conditions.Add($"family_id <> {Value(except, NpgsqlDbType.Uuid)}");
        }

        if (filter.Resource is { } resource)
        {
            conditions.Add(resource.Length == 0 ? "resources IS NULL" : $"{Text(resource)} = ANY (resources)");
        }

        if (filter.RotationType is { } kind)
        {
            conditions.Add($"kind = {Value((short)kind, NpgsqlDbType.Smallint)}");
        }

        if (filter.CreatedNoLaterThan is { } bound)
        {
            conditions.Add($"created_at <= {Value(bound.UtcTicks, NpgsqlDbType.Bigint)}");
        }

        if (filter.State is { } state)
        {
            conditions.Add(State(state));
        }

        return string.Join(" AND ", conditions);

        void AddText(string column, string? value)
        {
            if (value is not null)
            {
                conditions.Add($"{column} = {Text(value)}");
            }
        }

        string State(FamilyState state) => state switch
        {
            FamilyState.Revoked => "revoked_at <> 0",
            FamilyState.Active => Active(Value(now.UtcTicks, NpgsqlDbType.Bigint)),
            FamilyState.Expired => Expired(Value(now.UtcTicks, NpgsqlDbType.Bigint)),
            _ => "false",
        };

        string Text(string value) => Value(value, NpgsqlDbType.Text);

        string Value<T>(T value, NpgsqlDbType type) => parameters.AddTyped(value, type);
    }

    private static string Expired(string now) =>
        $"revoked_at = 0 AND ((absolute_expires_at <> 0 AND absolute_expires_at <= {now}) OR (idle_expires_at <> 0 AND idle_expires_at <= {now}))";
}
