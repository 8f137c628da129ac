using RefreshTokenRotation.Rotation;
using RefreshTokenRotation.Storage;

namespace RefreshTokenRotation.Simulation.Calls;

/// <summary>Every row and every token that came up, each with a small number, so that states are compared by numbers.</summary>
internal sealed class Universe
{
    public const string Client = "app";
    public const string User = "alice";
    public const string Key = "thumbprint-of-the-client";

    public static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private static readonly string[] Prefixes = ["rtr_"];

    private readonly Dictionary<TokenFamily, int> _rowIds = new(new RowComparer());
    private readonly Dictionary<(Opaque256 Hash, long Generation), int> _tokenIds = [];
    private readonly List<Opaque256> _families = [];
    private readonly List<RefreshToken?> _tokens = [];

    public List<TokenFamily> Rows { get; } = [];

    /// <summary>Every token that somebody received.</summary>
    public IEnumerable<RefreshToken> Tokens => _tokens.OfType<RefreshToken>();

    public static DateTimeOffset At(int seconds) => Start.AddSeconds(seconds);

    public static int? Seconds(DateTimeOffset? instant) => instant is { } at ? (int)(at - Start).TotalSeconds : null;

    public int RowId(TokenFamily row)
    {
        if (!_rowIds.TryGetValue(row, out var id))
        {
            id = Rows.Count;
            Rows.Add(row);
            _rowIds.Add(row, id);
        }

        return id;
    }

    /// <summary>The current token of a row. A token is known by its hash and generation, also before anybody has seen it.</summary>
    public int CurrentTokenOf(TokenFamily row) => TokenId(row.SecretHash, row.Generation);

    private int TokenId(Opaque256 secretHash, long generation)
    {
        if (!_tokenIds.TryGetValue((secretHash, generation), out var id))
        {
            id = _tokens.Count;
            _tokens.Add(null);
            _tokenIds.Add((secretHash, generation), id);
        }

        return id;
    }

    public int TokenId(RefreshToken token)
    {
        using var parsed = PresentedToken.Parse(token, Prefixes)!;
        var id = TokenId(Secrets.Hash(parsed.Secret), parsed.Generation);
        _tokens[id] = token;
        return id;
    }

    public RefreshToken Token(int id) => _tokens[id] ?? throw new InvalidOperationException($"Nobody has received token {id}.");

    public long GenerationOf(int id)
    {
        using var parsed = PresentedToken.Parse(Token(id), Prefixes)!;
        return parsed.Generation;
    }

    /// <summary>Families are numbered in the order in which they came up.</summary>
    public int FamilyOf(int id)
    {
        using var parsed = PresentedToken.Parse(Token(id), Prefixes)!;
        if (!_families.Contains(parsed.LookupKey))
        {
            _families.Add(parsed.LookupKey);
        }

        return _families.IndexOf(parsed.LookupKey);
    }

    public string Name(int id) => id < 0 ? "nothing" : _tokens[id] is null ? $"token #{id}" : $"token #{id} (generation {GenerationOf(id)})";

    private sealed class RowComparer : IEqualityComparer<TokenFamily>
    {
        public bool Equals(TokenFamily? x, TokenFamily? y) => ReferenceEquals(x, y) || (x is not null && x.Equals(y));

        public int GetHashCode(TokenFamily row) =>
            HashCode.Combine(row.Version, row.SecretHash, row.RevokedAt, row.RotatedAt, row.RecoverUntil, row.IdleExpiresAt, row.Salt);
    }
}
