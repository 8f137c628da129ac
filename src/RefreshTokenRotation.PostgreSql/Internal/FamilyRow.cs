using System.Collections.ObjectModel;
using Npgsql;
using RefreshTokenRotation.Storage;

namespace RefreshTokenRotation.PostgreSql.Internal;

/// <summary>Reads a family from the columns of <see cref="Statements.Columns"/>.</summary>
internal static class FamilyRow
{
    /// <summary>How many columns there are: the place of what a statement adds behind them.</summary>
    public const int ColumnCount = 34;

    /// <summary>Null where an outer join found no family.</summary>
    public static TokenFamily? ReadIfAny(NpgsqlDataReader row) => row.IsDBNull(0) ? null : Read(row);

    public static TokenFamily Read(NpgsqlDataReader row) => new()
    {
        Grant = ReadGrant(row),
        Version = row.GetInt64(2),
        Generation = row.GetInt64(3),
        RotatedAt = Time(row, 5),
        LeewayUntil = Time(row, 6),
        RecoverUntil = Time(row, 7),
        AbsoluteExpiresAt = Time(row, 8),
        IdleExpiresAt = Time(row, 9),
        LastUsedAt = Time(row, 10),
        RevokedAt = Time(row, 11),
        RotationType = (RotationType)row.GetInt16(13),
        RevocationReason = row.GetInt16(14) is var reason and not 0 ? (RevocationReason)reason : null,
        SecretHash = new Opaque256(row.GetFieldValue<byte[]>(15)),
        Salt = row.IsDBNull(16) ? null : new Opaque256(row.GetFieldValue<byte[]>(16)),
        LastDevice = Device(row, 30),
        Metadata = Metadata(row, 33),
    };

    private static FamilyGrant ReadGrant(NpgsqlDataReader row) => new()
    {
        LookupKey = new Opaque256(row.GetFieldValue<byte[]>(0)),
        FamilyId = row.GetGuid(1),
        CreatedAt = new DateTimeOffset(row.GetInt64(4), TimeSpan.Zero),
        AuthenticationTime = Time(row, 12),
        TenantId = row.GetString(17),
        Subject = row.GetString(18),
        ClientId = row.GetString(19),
        SessionId = Text(row, 20),
        AuthorizationId = Text(row, 21),
        SenderKeyThumbprint = Text(row, 22),
        Acr = Text(row, 23),
        Scopes = Texts(row, 24),
        Resources = Texts(row, 25),
        Amr = Texts(row, 26),
        FirstDevice = Device(row, 27),
    };

    private static DateTimeOffset? Time(NpgsqlDataReader row, int column) =>
        row.GetInt64(column) is var ticks and not 0 ? new DateTimeOffset(ticks, TimeSpan.Zero) : null;

    private static string? Text(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);

    private static string[] Texts(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? [] : row.GetFieldValue<string[]>(column);

    /// <summary>Three columns. A device of which nothing is known is told from none by an empty address.</summary>
    private static DeviceInfo? Device(NpgsqlDataReader row, int column)
    {
        var address = Text(row, column);
        var agent = Text(row, column + 1);
        var name = Text(row, column + 2);
        return address is null && agent is null && name is null
            ? null
            : new DeviceInfo { IpAddress = address is "" ? null : address, UserAgent = agent, Name = name };
    }

    private static ReadOnlyDictionary<string, string> Metadata(NpgsqlDataReader row, int column)
    {
        if (row.IsDBNull(column))
        {
            return ReadOnlyDictionary<string, string>.Empty;
        }

        var pairs = row.GetFieldValue<string[]>(column);
        var entries = new Dictionary<string, string>(pairs.Length / 2, StringComparer.Ordinal);
        for (var i = 0; i < pairs.Length; i += 2)
        {
            entries[pairs[i]] = pairs[i + 1];
        }

        return new ReadOnlyDictionary<string, string>(entries);
    }
}
