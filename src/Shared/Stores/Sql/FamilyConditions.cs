using System.Globalization;

namespace RefreshTokenRotation.Relational;

/// <summary>The SQL of a filter and its values: one condition for each member that is set, so that the database plans each combination by itself.</summary>
/// <param name="sign">What a numbered place begins with.</param>
/// <param name="holdsResource">The condition that <c>resources</c> holds the one text of the list at the place <c>{0}</c>.</param>
internal sealed class FamilyConditions(char sign, string holdsResource)
{
    private readonly List<object> _values = [];

    public static string Active(string now) =>
        $"revoked_at = 0 AND (absolute_expires_at = 0 OR absolute_expires_at > {now}) AND (idle_expires_at = 0 OR idle_expires_at > {now})";

    public static string EndedBefore(string instant) =>
        $"((revoked_at <> 0 AND revoked_at < {instant}) OR (absolute_expires_at <> 0 AND absolute_expires_at < {instant}) "
        + $"OR (idle_expires_at <> 0 AND idle_expires_at < {instant}))";

    /// <summary>Keeps a value, in the order of the places.</summary>
    /// <param name="value">A number, a text, a list of texts or a GUID.</param>
    /// <returns>Its place in the statement, such as $3.</returns>
    public string Add(object value)
    {
        _values.Add(value);
        return string.Create(CultureInfo.InvariantCulture, $"{sign}{_values.Count}");
    }

    /// <summary>The condition.</summary>
    public string Of(TokenFamilyFilter filter, DateTimeOffset now, string clientColumn = "client_id")
    {
        var conditions = new List<string>();
        Compare("tenant_id =", filter.TenantId);
        Compare("subject =", filter.Subject);
        Compare($"{clientColumn} =", filter.ClientId);
        Compare("session_id =", filter.SessionId);
        Compare("authorization_id =", filter.AuthorizationId);
        Compare("family_id =", filter.FamilyId);
        Compare("family_id <>", filter.ExceptFamilyId);
        Compare("kind =", (long?)filter.RotationType);
        Compare("created_at <=", filter.CreatedNoLaterThan?.UtcTicks);
        if (filter.Resource is { } resource)
        {
            conditions.Add(resource.Length == 0
                ? "resources IS NULL"
                : string.Format(CultureInfo.InvariantCulture, holdsResource, Add(new[] { resource })));
        }

        if (filter.State is { } state)
        {
            conditions.Add(state switch
            {
                FamilyState.Revoked => "revoked_at <> 0",
                FamilyState.Active => Active(Add(now.UtcTicks)),
                FamilyState.Expired => Expired(Add(now.UtcTicks)),
                _ => "1 = 0",
            });
        }

        return string.Join(" AND ", conditions);

        void Compare(string comparison, object? value)
        {
            if (value is not null)
            {
                conditions.Add($"{comparison} {Add(value)}");
            }
        }
    }

    /// <summary>The condition of a page, its order and its limit.</summary>
    public string Page(Storage.TokenFamilyQuery query, string condition)
    {
        var place = query.After is { } after ? $" AND (created_at, family_id) > ({Add(after.CreatedAt.UtcTicks)}, {Add(after.FamilyId)})" : string.Empty;
        return $"{condition}{place} ORDER BY created_at, family_id LIMIT {Add((long)query.Limit)}";
    }

    /// <summary>Binds the values to their places.</summary>
    public T BindTo<T>(T statement)
        where T : IValueWriter<T>
    {
        foreach (var value in _values)
        {
            _ = value switch
            {
                long number => statement.Bind(number),
                Guid id => statement.Bind(id),
                string text => statement.Bind(text),
                _ => statement.Bind((string[])value),
            };
        }

        return statement;
    }

    private static string Expired(string now) =>
        $"revoked_at = 0 AND ((absolute_expires_at <> 0 AND absolute_expires_at <= {now}) OR (idle_expires_at <> 0 AND idle_expires_at <= {now}))";
}
