namespace RefreshTokenRotation.Sqlite.Internal;

/// <summary>A filter as SQL: one condition for each member that is set, so that each combination is one text that is planned by itself.</summary>
internal sealed class FamilyConditions
{
    private readonly List<string> _conditions = [];
    private readonly List<Action<Statement>> _values = [];

    public FamilyConditions(TokenFamilyFilter filter, DateTimeOffset now)
    {
        AddText("tenant_id", filter.TenantId);
        AddText("subject", filter.Subject);
        AddText(IsNarrow(filter) ? "+client_id" : "client_id", filter.ClientId);
        AddText("session_id", filter.SessionId);
        AddText("authorization_id", filter.AuthorizationId);
        if (filter.FamilyId is { } family)
        {
            Add("family_id = ?", statement => statement.Bind(family));
        }

        if (filter.ExceptFamilyId is { } except)
        {
            Add("family_id <> ?", statement => statement.Bind(except));
        }

        if (filter.Resource is { } resource)
        {
            if (resource.Length == 0)
            {
                Add("resources IS NULL");
            }
            else
            {
                Add("instr(resources, ?) > 0", statement => statement.Bind(TextList.Entry(resource)));
            }
        }

        if (filter.RotationType is { } kind)
        {
            AddNumber("kind = ?", (long)kind);
        }

        if (filter.CreatedNoLaterThan is { } bound)
        {
            AddNumber("created_at <= ?", bound.UtcTicks);
        }

        if (filter.State is { } state)
        {
            AddState(state, now.UtcTicks);
        }
    }

    public override string ToString() => string.Join(" AND ", _conditions);

    public void Bind(Statement statement)
    {
        foreach (var value in _values)
        {
            value(statement);
        }
    }

    /// <summary>
    /// Whether something names fewer families than the client does. The plus keeps its index out of the plan: without statistics SQLite takes
    /// a client for as selective as a user.
    /// </summary>
    private static bool IsNarrow(TokenFamilyFilter filter) =>
        filter.Subject is not null || filter.SessionId is not null || filter.AuthorizationId is not null || filter.FamilyId is not null;

    private void AddState(FamilyState state, long now)
    {
        switch (state)
        {
            case FamilyState.Revoked:
                Add("revoked_at <> 0");
                break;
            case FamilyState.Active:
                Add("revoked_at = 0");
                AddNumber("(absolute_expires_at = 0 OR absolute_expires_at > ?)", now);
                AddNumber("(idle_expires_at = 0 OR idle_expires_at > ?)", now);
                break;
            case FamilyState.Expired:
                Add("revoked_at = 0");
                Add(
                    "((absolute_expires_at <> 0 AND absolute_expires_at <= ?) OR (idle_expires_at <> 0 AND idle_expires_at <= ?))",
                    statement => statement.Bind(now).Bind(now));
                break;
            default:
                Add("0");
                break;
        }
    }

    private void AddText(string column, string? value)
    {
        if (value is not null)
        {
            Add($"{column} = ?", statement => statement.Bind(value));
        }
    }

    private void AddNumber(string condition, long value) => Add(condition, statement => statement.Bind(value));

    private void Add(string condition, Action<Statement>? bind = null)
    {
        _conditions.Add(condition);
        if (bind is not null)
        {
            _values.Add(bind);
        }
    }
}
