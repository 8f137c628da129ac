using Npgsql;
using RefreshTokenRotation.Relational;
using RefreshTokenRotation.Storage;

namespace RefreshTokenRotation.PostgreSql.Internal;

/// <summary>A row whose first columns are <see cref="FamilyColumns.All"/>.</summary>
internal readonly struct FamilyRow(NpgsqlDataReader row) : IFamilyReader
{
    public static TokenFamily Read(NpgsqlDataReader row) => FamilyColumns.Read(new FamilyRow(row));

    public bool IsNull(int column) => row.IsDBNull(column);

    public long Int64(int column) => row.GetInt64(column);

    public string? Text(int column) => row.IsDBNull(column) ? null : row.GetString(column);

    public Guid Guid(int column) => row.GetGuid(column);

    public Opaque256 Opaque(int column) => new(row.GetFieldValue<byte[]>(column));

    public string[] Texts(int column) => row.IsDBNull(column) ? [] : row.GetFieldValue<string[]>(column);
}
