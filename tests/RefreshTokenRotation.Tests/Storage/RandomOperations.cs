using RefreshTokenRotation.Storage;
using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.Tests.Storage;

/// <summary>Random rows and filters over a world small enough that they meet.</summary>
internal sealed class RandomOperations(int seed)
{
    private static readonly DateTimeOffset T = FakeTime.Start;
    private readonly Random _random = new(seed);

    public int Next(int bound) => _random.Next(bound);

    public DateTimeOffset Instant() => T.AddSeconds(_random.Next(60));

    public TokenFamily Family(int id)
    {
        var family = Rows.New(
            $"user {_random.Next(4)}",
            $"client {_random.Next(3)}",
            _random.Next(4) == 0 ? "t" : string.Empty,
            Maybe(() => $"session {_random.Next(5)}"),
            Instant(),
            id,
            Maybe(() => $"code {_random.Next(3)}"),
            [.. Enumerable.Range(0, _random.Next(3)).Select(i => $"api {i}")]);
        return family with
        {
            RotationType = _random.Next(3) == 0 ? RotationType.NonRotating : RotationType.Rotating,
            AbsoluteExpiresAt = _random.Next(3) == 0 ? Instant() : null,
            IdleExpiresAt = _random.Next(3) == 0 ? Instant() : null,
        };
    }

    public TokenFamilyFilter Filter(IReadOnlyList<TokenFamily> known) => new()
    {
        TenantId = _random.Next(4) == 0 ? "t" : string.Empty,
        FamilyId = Seldom(() => known[_random.Next(known.Count)].Grant.FamilyId),
        ExceptFamilyId = Seldom(() => known[_random.Next(known.Count)].Grant.FamilyId),
        Subject = Maybe(() => $"user {_random.Next(4)}"),
        ClientId = Maybe(() => $"client {_random.Next(3)}"),
        SessionId = _random.Next(5) == 0 ? $"session {_random.Next(5)}" : null,
        AuthorizationId = _random.Next(6) == 0 ? $"code {_random.Next(3)}" : null,
        Resource = _random.Next(4) switch { 0 => TokenFamilyFilter.NoResource, 1 => "api 0", _ => null },
        RotationType = Seldom(() => _random.Next(2) == 0 ? RotationType.NonRotating : RotationType.Rotating),
        State = Seldom(() => (FamilyState)_random.Next(1, 4)),
        CreatedNoLaterThan = Seldom(Instant),
    };

    public FamilyRevocation Revocation() => new(Instant(), (RevocationReason)_random.Next(1, 10), Instant(), _random.Next(3) == 0);

    private string? Maybe(Func<string> value) => _random.Next(2) == 0 ? value() : null;

    private TValue? Seldom<TValue>(Func<TValue> value)
        where TValue : struct => _random.Next(5) == 0 ? value() : null;
}
