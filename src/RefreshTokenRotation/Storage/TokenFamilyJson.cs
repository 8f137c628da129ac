using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace RefreshTokenRotation.Storage;

/// <summary>A stored form of <see cref="TokenFamily"/>, for authors of an <see cref="ITokenStore"/> that keeps documents. It is frozen: a golden
/// file holds it, and a change of its members is a new version.</summary>
/// <remarks>
/// <para>One JSON object. A member without a value is left out. Times are UTC ticks (100 ns since 0001-01-01), and they and <c>version</c> are
/// strings of decimal digits: both exceed 2^53, where scripts and document databases that read numbers as doubles lose digits. Keys, hashes and
/// salts are 64 lower-case hexadecimal digits.</para>
/// <para><c>v</c>, <c>lookup_key</c>, <c>family_id</c> (32 hexadecimal digits), <c>tenant</c>, <c>subject</c>, <c>client</c>, <c>created_at</c>,
/// <c>scopes</c>, <c>resources</c>, <c>authorization</c>, <c>session</c>, <c>sender_key</c>, <c>authenticated_at</c>, <c>acr</c>, <c>amr</c>,
/// <c>first_device</c> (with <c>ip</c>, <c>agent</c>, <c>name</c>), <c>version</c>, <c>rotation_type</c> (<c>rotating</c>, <c>non-rotating</c>),
/// <c>generation</c> (a number), <c>secret_hash</c>, <c>salt</c>, <c>trail</c> (hexadecimal digits), <c>rotated_at</c>, <c>leeway_until</c>, <c>recover_until</c>,
/// <c>absolute_expires_at</c>, <c>idle_expires_at</c>, <c>last_used_at</c>, <c>revoked_at</c>, <c>revocation_reason</c> (as
/// <see cref="ReasonCodes"/> says), <c>last_device</c>, <c>metadata</c> (an object).</para>
/// </remarks>
public static class TokenFamilyJson
{
    private const int Version = 1;

    /// <summary>Writes the form.</summary>
    /// <param name="family">The family.</param>
    /// <returns>A JSON object on one line, with its version in the member <c>v</c>. It holds hashes and salts: never log it.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="family"/> is null.</exception>
    public static string Write(TokenFamily family)
    {
        ArgumentNullException.ThrowIfNull(family);
        var grant = family.Grant;
        (string Name, JsonNode? Value)[] members =
        [
            ("v", Version),
            ("lookup_key", Hex(grant.LookupKey)),
            ("family_id", grant.FamilyId.ToString("N")),
            ("tenant", grant.TenantId),
            ("subject", grant.Subject),
            ("client", grant.ClientId),
            ("created_at", Ticks(grant.CreatedAt)),
            ("scopes", Texts(grant.Scopes)),
            ("resources", Texts(grant.Resources)),
            ("authorization", grant.AuthorizationId),
            ("session", grant.SessionId),
            ("sender_key", grant.SenderKeyThumbprint),
            ("authenticated_at", Ticks(grant.AuthenticationTime)),
            ("acr", grant.Acr),
            ("amr", Texts(grant.Amr)),
            ("first_device", Device(grant.FirstDevice)),
            ("version", family.Version.ToString(CultureInfo.InvariantCulture)),
            ("rotation_type", family.RotationType == RotationType.Rotating ? "rotating" : "non-rotating"),
            ("generation", family.Generation),
            ("secret_hash", Hex(family.SecretHash)),
            ("salt", family.Salt is { } salt ? Hex(salt) : null),
            ("trail", family.Trail is { } trail ? Convert.ToHexStringLower(trail.Bytes) : null),
            ("rotated_at", Ticks(family.RotatedAt)),
            ("leeway_until", Ticks(family.LeewayUntil)),
            ("recover_until", Ticks(family.RecoverUntil)),
            ("absolute_expires_at", Ticks(family.AbsoluteExpiresAt)),
            ("idle_expires_at", Ticks(family.IdleExpiresAt)),
            ("last_used_at", Ticks(family.LastUsedAt)),
            ("revoked_at", Ticks(family.RevokedAt)),
            ("revocation_reason", family.RevocationReason?.ToCode()),
            ("last_device", Device(family.LastDevice)),
            ("metadata", family.Metadata.Count == 0 ? null : Object(family.Metadata.Select(static entry => (entry.Key, (JsonNode?)entry.Value)))),
        ];
        return Object(members).ToJsonString();
    }

    /// <summary>Reads the form. A form that this version does not know throws, rather than being guessed.</summary>
    /// <param name="json">What <see cref="Write"/> has written, by this version or an older one.</param>
    /// <exception cref="ArgumentNullException"><paramref name="json"/> is null.</exception>
    /// <exception cref="NotSupportedException">A newer version of the library wrote it, or a word in it is unknown.</exception>
    /// <exception cref="JsonException">It is not JSON.</exception>
    /// <exception cref="KeyNotFoundException">A member is missing.</exception>
    /// <exception cref="InvalidOperationException">A member is of another kind.</exception>
    /// <exception cref="FormatException">A number, a key or a time can't be read.</exception>
    public static TokenFamily Read(string json)
    {
        ArgumentNullException.ThrowIfNull(json);
        using var document = JsonDocument.Parse(json);
        var row = document.RootElement;
        if (row.GetProperty("v").GetInt32() is var version and not Version)
        {
            throw new NotSupportedException($"A stored family has version {version}; this version of the library reads {Version}.");
        }

        return new TokenFamily
        {
            Grant = new FamilyGrant
            {
                LookupKey = Opaque(row.GetProperty("lookup_key").GetString()!),
                FamilyId = Guid.ParseExact(row.GetProperty("family_id").GetString()!, "N"),
                TenantId = row.GetProperty("tenant").GetString()!,
                Subject = row.GetProperty("subject").GetString()!,
                ClientId = row.GetProperty("client").GetString()!,
                CreatedAt = Time(row.GetProperty("created_at").GetString()!),
                Scopes = Texts(row, "scopes"),
                Resources = Texts(row, "resources"),
                AuthorizationId = Text(row, "authorization"),
                SessionId = Text(row, "session"),
                SenderKeyThumbprint = Text(row, "sender_key"),
                AuthenticationTime = Time(row, "authenticated_at"),
                Acr = Text(row, "acr"),
                Amr = Texts(row, "amr"),
                FirstDevice = Device(row, "first_device"),
            },
            Version = Number(row.GetProperty("version").GetString()!),
            RotationType = row.GetProperty("rotation_type").GetString() switch
            {
                "rotating" => RotationType.Rotating,
                "non-rotating" => RotationType.NonRotating,
                var word => throw Unknown("rotation_type", word),
            },
            Generation = row.GetProperty("generation").GetInt64(),
            SecretHash = Opaque(row.GetProperty("secret_hash").GetString()!),
            Salt = Text(row, "salt") is { } salt ? Opaque(salt) : null,
            Trail = Text(row, "trail") is { } trail ? TrailOf(trail) : null,
            RotatedAt = Time(row, "rotated_at"),
            LeewayUntil = Time(row, "leeway_until"),
            RecoverUntil = Time(row, "recover_until"),
            AbsoluteExpiresAt = Time(row, "absolute_expires_at"),
            IdleExpiresAt = Time(row, "idle_expires_at"),
            LastUsedAt = Time(row, "last_used_at"),
            RevokedAt = Time(row, "revoked_at"),
            RevocationReason = Text(row, "revocation_reason") is { } code
                ? Enum.GetValues<RevocationReason>().Cast<RevocationReason?>().FirstOrDefault(reason => reason!.Value.ToCode() == code) ?? throw Unknown("revocation_reason", code)
                : null,
            LastDevice = Device(row, "last_device"),
            Metadata = row.TryGetProperty("metadata", out var metadata)
                ? metadata.EnumerateObject().ToDictionary(static entry => entry.Name, static entry => entry.Value.GetString()!, StringComparer.Ordinal)
                : TokenFamily.EmptyMetadata,
        };
    }

    private static JsonObject Object(IEnumerable<(string Name, JsonNode? Value)> members) =>
        new(members.Where(static member => member.Value is not null).Select(static member => KeyValuePair.Create(member.Name, member.Value)));

    private static JsonArray? Texts(IReadOnlyList<string> texts) => texts.Count == 0 ? null : new([.. texts.Select(static text => (JsonNode?)text)]);

    private static JsonObject? Device(DeviceInfo? device) =>
        device is null ? null : Object([("ip", device.IpAddress), ("agent", device.UserAgent), ("name", device.Name)]);

    private static string? Ticks(DateTimeOffset? time) => time?.UtcTicks.ToString(CultureInfo.InvariantCulture);

    private static string Hex(Opaque256 value) => Convert.ToHexStringLower(Opaque256.AsBytes(in value));

    private static string? Text(JsonElement row, string name) => row.TryGetProperty(name, out var value) ? value.GetString() : null;

    private static string[] Texts(JsonElement row, string name) =>
        row.TryGetProperty(name, out var values) ? [.. values.EnumerateArray().Select(static value => value.GetString()!)] : [];

    private static DeviceInfo? Device(JsonElement row, string name) => row.TryGetProperty(name, out var device)
        ? new DeviceInfo { IpAddress = Text(device, "ip"), UserAgent = Text(device, "agent"), Name = Text(device, "name") }
        : null;

    private static DateTimeOffset? Time(JsonElement row, string name) => Text(row, name) is { } ticks ? Time(ticks) : null;

    private static DateTimeOffset Time(string ticks) => new(Number(ticks), TimeSpan.Zero);

    private static long Number(string digits) => long.Parse(digits, NumberStyles.None, CultureInfo.InvariantCulture);

    /// <summary>No exception shows a byte of it.</summary>
    private static Opaque256 Opaque(string hex)
    {
        var bytes = new byte[Opaque256.Size];
        return hex.Length == 2 * Opaque256.Size && Convert.FromHexString(hex, bytes, out _, out _) == System.Buffers.OperationStatus.Done
            ? new Opaque256(bytes)
            : throw new FormatException("A stored key, hash or salt is not 64 hexadecimal digits.");
    }

    private static TokenTrail TrailOf(string hex)
    {
        Span<byte> bytes = stackalloc byte[TokenTrail.MaxSize];
        return Convert.FromHexString(hex, bytes, out _, out var size) == System.Buffers.OperationStatus.Done && size > 0
            ? new TokenTrail(bytes[..size])
            : throw new FormatException($"A stored trail is not 1 to {TokenTrail.MaxSize} bytes in hexadecimal digits.");
    }

    private static NotSupportedException Unknown(string name, string? word) =>
        new($"A stored family has '{word}' as {name}, which this version of the library does not know.");
}
