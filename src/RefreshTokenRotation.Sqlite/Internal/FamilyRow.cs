using System.Collections.ObjectModel;
using RefreshTokenRotation.Storage;

namespace RefreshTokenRotation.Sqlite.Internal;

/// <summary>Reads a family from the columns of <see cref="Statements.Columns"/>.</summary>
internal static class FamilyRow
{
    public static List<TokenFamily> ReadAll(Statement rows)
    {
        var families = new List<TokenFamily>();
        while (rows.Step())
        {
            families.Add(Read(rows));
        }

        return families;
    }

    public static TokenFamily Read(Statement row) => new()
    {
        Grant = ReadGrant(row),
        Version = row.Int64(2),
        Generation = row.Int64(3),
        RotatedAt = Time(row, 5),
        LeewayUntil = Time(row, 6),
        RecoverUntil = Time(row, 7),
        AbsoluteExpiresAt = Time(row, 8),
        IdleExpiresAt = Time(row, 9),
        LastUsedAt = Time(row, 10),
        RevokedAt = Time(row, 11),
        RotationType = (RotationType)row.Int64(13),
        RevocationReason = row.Int64(14) is var reason and not 0 ? (RevocationReason)reason : null,
        SecretHash = new Opaque256(row.Bytes(15)),
        Salt = row.IsNull(16) ? null : new Opaque256(row.Bytes(16)),
        LastDevice = Device(row, 30),
        Metadata = Metadata(TextList.Read(row.Bytes(33))),
    };

    private static FamilyGrant ReadGrant(Statement row) => new()
    {
        LookupKey = new Opaque256(row.Bytes(0)),
        FamilyId = new Guid(row.Bytes(1), bigEndian: true),
        CreatedAt = new DateTimeOffset(row.Int64(4), TimeSpan.Zero),
        AuthenticationTime = Time(row, 12),
        TenantId = row.Text(17)!,
        Subject = row.Text(18)!,
        ClientId = row.Text(19)!,
        SessionId = row.Text(20),
        AuthorizationId = row.Text(21),
        SenderKeyThumbprint = row.Text(22),
        Acr = row.Text(23),
        Scopes = TextList.Read(row.Bytes(24)),
        Resources = TextList.Read(row.Bytes(25)),
        Amr = TextList.Read(row.Bytes(26)),
        FirstDevice = Device(row, 27),
    };

    private static DateTimeOffset? Time(Statement row, int column) =>
        row.Int64(column) is var ticks and not 0 ? new DateTimeOffset(ticks, TimeSpan.Zero) : null;

    /// <summary>Three columns. A device of which nothing is known is told from none by an empty address.</summary>
    private static DeviceInfo? Device(Statement row, int column)
    {
        var address = row.Text(column);
        var agent = row.Text(column + 1);
        var name = row.Text(column + 2);
        return address is null && agent is null && name is null
            ? null
            : new DeviceInfo { IpAddress = address is "" ? null : address, UserAgent = agent, Name = name };
    }

    private static ReadOnlyDictionary<string, string> Metadata(string[] pairs)
    {
        if (pairs.Length == 0)
        {
            return ReadOnlyDictionary<string, string>.Empty;
        }

        var entries = new Dictionary<string, string>(pairs.Length / 2, StringComparer.Ordinal);
        for (var i = 0; i < pairs.Length; i += 2)
        {
            entries[pairs[i]] = pairs[i + 1];
        }

        return new ReadOnlyDictionary<string, string>(entries);
    }
}
