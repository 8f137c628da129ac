using System.Globalization;

namespace RefreshTokenRotation.Testing.Conformance.Support;

/// <summary>Rows that no engine made. Keys follow from the seed; times lie round a fixed instant.</summary>
internal sealed class SampleRows(int seed)
{
    private readonly Lock _lock = new();
    private readonly Random _random = new(seed);
    private int _names;

    /// <summary>The time of every call, unless a case says otherwise. Its ticks are no whole microsecond.</summary>
    public static DateTimeOffset Now { get; } = new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero).AddTicks(1_234_567);

    public int NewNumber(int below)
    {
        lock (_lock)
        {
            return _random.Next(below);
        }
    }

    public Opaque256 NewOpaque() => new(NewBytes(Opaque256.Size));

    public TokenTrail NewTrail(int size) => new(NewBytes(size));

    public Guid NewId() => new(NewBytes(16));

    /// <summary>A name that no other row has.</summary>
    public string NewName(string kind) => string.Create(CultureInfo.InvariantCulture, $"{kind}-{Interlocked.Increment(ref _names)}");

    /// <summary>An active family with little in it.</summary>
    public TokenFamily NewFamily(string subject = "alice", string clientId = "web", string tenantId = "", TimeSpan age = default) => new()
    {
        Grant = new FamilyGrant
        {
            LookupKey = NewOpaque(),
            FamilyId = NewId(),
            TenantId = tenantId,
            Subject = subject,
            ClientId = clientId,
            CreatedAt = Now - age,
        },
        Version = 1,
        RotationType = RotationType.Rotating,
        Generation = 0,
        SecretHash = NewOpaque(),
    };

    /// <summary>An active family with a value in every field, none of which equals another one's.</summary>
    public TokenFamily NewFullFamily()
    {
        var family = NewFamily(NewName("user"), NewName("client"), NewName("tenant"), TimeSpan.FromTicks(90_000_000_003));
        return family with
        {
            Grant = family.Grant with
            {
                Scopes = ["write", "read", "offline_access"],
                Resources = ["https://b.example/api", "https://a.example/api"],
                AuthorizationId = NewName("code"),
                SessionId = NewName("session"),
                SenderKeyThumbprint = NewName("thumbprint"),
                AuthenticationTime = Now.AddTicks(-90_000_000_101),
                Acr = NewName("acr"),
                Amr = ["pwd", "otp"],
                FirstDevice = new DeviceInfo { IpAddress = "192.0.2.1", UserAgent = "first agent", Name = "first name" },
            },
            RotationType = RotationType.NonRotating,
            Generation = 41,
            Salt = NewOpaque(),
            RotatedAt = Now.AddTicks(-50_000_001),
            LeewayUntil = Now.AddTicks(50_000_002),
            RecoverUntil = Now.AddTicks(70_000_003),
            AbsoluteExpiresAt = Now.AddDays(30).AddTicks(4),
            IdleExpiresAt = Now.AddDays(15).AddTicks(5),
            LastUsedAt = Now.AddTicks(-40_000_006),
            LastDevice = new DeviceInfo { IpAddress = "2001:db8::2", UserAgent = "last agent", Name = "last name" },
            Metadata = new Dictionary<string, string> { ["key"] = "value", ["Key"] = "other value", ["empty"] = string.Empty },
        };
    }

    /// <summary>A family as a rotation leaves it.</summary>
    public TokenFamily Rotate(TokenFamily family, DateTimeOffset? at = null) => family with
    {
        Version = family.Version + 1,
        Generation = family.Generation + 1,
        SecretHash = NewOpaque(),
        Salt = NewOpaque(),
        RotatedAt = at ?? Now,
        LeewayUntil = (at ?? Now).AddSeconds(10),
    };

    /// <summary>A family that was revoked before it was added.</summary>
    public static TokenFamily Revoked(TokenFamily family, DateTimeOffset at) =>
        family with { RevokedAt = at, RevocationReason = RevocationReason.Administrator };

    private byte[] NewBytes(int size)
    {
        var bytes = new byte[size];
        lock (_lock)
        {
            _random.NextBytes(bytes);
        }

        return bytes;
    }
}
