using Npgsql;
using RefreshTokenRotation.Relational;
using RefreshTokenRotation.Storage;

namespace RefreshTokenRotation.PostgreSql.Internal;

/// <summary>A row whose first columns are <see cref="FamilyColumns.All"/>.</summary>
internal readonly struct FamilyRow(NpgsqlDataReader row) : IFamilyReader
{
    public static TokenFamily Read(NpgsqlDataReader row) => FamilyColumns.Read(new FamilyRow(row));

    /// <summary>The family in the one row of <see cref="Statements.Find"/>'s answer, if there is one and the answer counts.</summary>
    public static TokenFamily? ReadChecked(NpgsqlDataReader row, string table)
    {
        Doubt.Check(row.GetInt32(FamilyColumns.Count), table);
        return row.IsDBNull(0) ? null : Read(row);
    }

    public bool IsNull(int column) => row.IsDBNull(column);

    public long Int64(int column) => row.GetInt64(column);

    public string? Text(int column) => row.IsDBNull(column) ? null : row.GetString(column);

    public Guid Guid(int column) => row.GetGuid(column);

    public Opaque256 Opaque(int column) => new(row.GetFieldValue<byte[]>(column));

    public TokenTrail Trail(int column) => new(row.GetFieldValue<byte[]>(column));

    public string[] Texts(int column) => row.IsDBNull(column) ? [] : row.GetFieldValue<string[]>(column);
}
