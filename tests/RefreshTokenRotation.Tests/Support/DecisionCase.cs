using RefreshTokenRotation.Rotation;
using RefreshTokenRotation.Storage;

namespace RefreshTokenRotation.Tests.Support;

/// <summary>One call of the pure decision: a family that has just rotated under the mobile policy, and what a test changes of it.</summary>
internal sealed class DecisionCase
{
    public static readonly DateTimeOffset RotatedAt = FakeTime.Start;
    public static readonly TimeSpan Leeway = TimeSpan.FromSeconds(10);
    public static readonly TimeSpan Recovery = TimeSpan.FromDays(1);

    private static readonly byte[] Selector = Bytes(16, 9);
    private static readonly byte[] PreviousSecret = Bytes(32, 2);
    private static readonly byte[] OtherSecret = Bytes(32, 1);
    private static readonly Opaque256 Salt = new(Bytes(32, 3));
    private static readonly byte[] CurrentSecret = Derive();

    public TokenFamily Family { get; set; } = new()
    {
        Grant = new FamilyGrant
        {
            LookupKey = Secrets.Hash(Selector),
            FamilyId = new Guid("00000000-0000-4000-8000-000000000001"),
            TenantId = string.Empty,
            Subject = Engine.User,
            ClientId = Engine.Client,
            CreatedAt = RotatedAt - TimeSpan.FromDays(1),
            Scopes = ["read", "write"],
            Resources = ["https://api"],
        },
        Version = 4,
        RotationType = RotationType.Rotating,
        Generation = 3,
        SecretHash = Secrets.Hash(CurrentSecret),
        Salt = Salt,
        RotatedAt = RotatedAt,
        LeewayUntil = RotatedAt + Leeway,
        RecoverUntil = RotatedAt + Recovery,
        AbsoluteExpiresAt = RotatedAt + TimeSpan.FromDays(29),
        IdleExpiresAt = RotatedAt + TimeSpan.FromDays(15),
    };

    public RotationPolicy Policy { get; set; } = RotationPolicy.Mobile;

    public DateTimeOffset Now { get; set; } = RotatedAt + TimeSpan.FromSeconds(1);

    public string Client { get; set; } = Engine.Client;

    public string Tenant { get; set; } = string.Empty;

    public string? Key { get; set; }

    public IReadOnlyList<string>? Scopes { get; set; }

    public IReadOnlyList<string>? Resources { get; set; }

    /// <summary>A reusable family that never rotated.</summary>
    public static DecisionCase NeverRotated(RotationType kind)
    {
        var scene = new DecisionCase();
        scene.Family = scene.Family with { RotationType = kind, Generation = 0, Salt = null, RotatedAt = null, LeewayUntil = null, RecoverUntil = null };
        return scene;
    }

    public Decision Decide(TokenStanding standing) => Decide(Family, standing);

    public Decision DecideWithoutFamily() => Decide(null, TokenStanding.Current);

    public void Bind(string key) => Family = Family with { Grant = Family.Grant with { SenderKeyThumbprint = key } };

    private Decision Decide(TokenFamily? family, TokenStanding standing)
    {
        var secret = standing switch
        {
            TokenStanding.Current => CurrentSecret,
            TokenStanding.Previous => PreviousSecret,
            _ => OtherSecret,
        };
        RefreshToken value = TokenFormat.Create("rtr_", 3, secret, Selector);
        using var token = PresentedToken.Parse(value, ["rtr_"])!;
        var request = Requests.For(value, Scopes, Resources, Client, Tenant, Key);
        return ExchangeDecision.Decide(family, token, request, Policy, Now);
    }

    private static byte[] Bytes(int count, byte value) => Enumerable.Repeat(value, count).ToArray();

    private static byte[] Derive()
    {
        var secret = new byte[32];
        Secrets.Derive(PreviousSecret, Salt, secret);
        return secret;
    }
}
