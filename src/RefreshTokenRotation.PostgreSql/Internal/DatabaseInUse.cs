namespace RefreshTokenRotation.PostgreSql.Internal;

/// <summary>Remembers whether a store was made that uses the database.</summary>
internal sealed class DatabaseInUse
{
    public Database? Value { get; set; }
}
