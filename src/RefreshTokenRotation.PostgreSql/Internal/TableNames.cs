namespace RefreshTokenRotation.PostgreSql.Internal;

/// <summary>The names of the tables, as statements write them.</summary>
internal sealed record TableNames(string Schema, string Table)
{
    /// <summary>In quotes, because a key word can be a schema's name. The default is left as people write it.</summary>
    public string QuotedSchema => Quote(Schema);

    public string Families { get; } = $"{Quote(Schema)}.{Table}";

    public string Policies => $"{QuotedSchema}.{Table}_policies";

    public string Replays => $"{QuotedSchema}.{Table}_replays";

    public string Versions => $"{QuotedSchema}.{Table}_schema";

    private static string Quote(string schema) => schema == PostgreSqlSchema.DefaultSchemaName ? schema : $"\"{schema}\"";
}
