using System.Buffers.Binary;

namespace RefreshTokenRotation.Rotation;

/// <summary>Leeway over several generations: the salts that lead from the tokens before the previous one to the current one.</summary>
/// <remarks>
/// <para>Version 1: a byte 1; AsOf and Floor, each a u32; then, oldest first, the transitions Floor to Floor + 1 up to AsOf - 2 to AsOf - 1, each with the salt (16
/// bytes), when it was (ticks) and until when its leeway lasts (ticks). All numbers are big-endian. The transition from AsOf - 1 to AsOf is the row's own.</para>
/// <para>A trail is valid for the generation it was written with. One that a node without trails, a restored column or a revocation has left behind counts as
/// absent, and then only the previous token has leeway.</para>
/// </remarks>
internal readonly ref struct Trail
{
    /// <summary>How much of a salt is random where trails are kept: the rest is zero, so that 31 transitions fit.</summary>
    public const int SaltSize = 16;

    private const byte Version = 1;
    private const int HeaderSize = 1 + (2 * sizeof(uint));
    private const int EntrySize = SaltSize + (2 * sizeof(long));

    private readonly TokenFamily _family;
    private readonly ReadOnlySpan<byte> _entries;

    private Trail(TokenFamily family, long floor, ReadOnlySpan<byte> entries)
    {
        _family = family;
        Floor = floor;
        _entries = entries;
    }

    /// <summary>The oldest generation whose token leads to the current one.</summary>
    public long Floor { get; }

    /// <summary>Reads the trail of a row; false if there is none that is valid.</summary>
    public static bool TryRead(TokenFamily family, out Trail trail)
    {
        trail = default;
        if (family is not { Trail: { } stored, Salt: not null }
            || stored.Bytes is not [Version, ..] bytes
            || bytes.Length < HeaderSize
            || BinaryPrimitives.ReadUInt32BigEndian(bytes[1..]) != family.Generation)
        {
            return false;
        }

        long floor = BinaryPrimitives.ReadUInt32BigEndian(bytes[(1 + sizeof(uint))..]);
        if (floor >= family.Generation || bytes.Length != HeaderSize + (EntrySize * (family.Generation - 1 - floor)))
        {
            return false;
        }

        trail = new Trail(family, floor, bytes[HeaderSize..]);
        return true;
    }

    /// <summary>The trail of the row that comes after a row, one generation on, where leeway reaches over several.</summary>
    /// <param name="family">The row before.</param>
    /// <param name="step">What writes: a recovery displaces a token, and nothing older leads past it.</param>
    /// <param name="policy">The policy of today.</param>
    /// <param name="now">The time of the write.</param>
    public static TokenTrail After(TokenFamily family, ExchangeAction step, RotationPolicy policy, DateTimeOffset now)
    {
        // From the newest transition back to the first that is over or too far back: what is older is of no use without it.
        var floor = family.Generation;
        var trail = default(Trail);
        if (step != ExchangeAction.Recover && TryRead(family, out trail))
        {
            var oldest = Math.Max(trail.Floor, family.Generation + 1 - policy.LeewayGenerations);
            while (floor > oldest && trail.IsInside(floor - 1, policy, now))
            {
                floor--;
            }
        }

        Span<byte> bytes = stackalloc byte[TokenTrail.MaxSize];
        bytes[0] = Version;
        BinaryPrimitives.WriteUInt32BigEndian(bytes[1..], (uint)(family.Generation + 1));
        BinaryPrimitives.WriteUInt32BigEndian(bytes[(1 + sizeof(uint))..], (uint)floor);
        var size = HeaderSize;
        for (var generation = floor; generation < family.Generation; generation++, size += EntrySize)
        {
            trail.WriteEntry(generation, bytes[size..]);
        }

        var after = new TokenTrail(bytes[..size]);
        bytes.Clear();
        return after;
    }

    /// <summary>When the token of a generation was replaced.</summary>
    public DateTimeOffset? ReplacedAt(long generation) =>
        IsRowsOwn(generation) ? _family.RotatedAt
        : Ticks(generation, SaltSize) is var ticks && ticks >= 0 && ticks <= DateTimeOffset.MaxValue.UtcTicks ? new(ticks, TimeSpan.Zero)
        : null;

    /// <summary>Whether the leeway of the token of a generation still lasts: of its own transition, by what was stored and by the policy of today.</summary>
    public bool IsInside(long generation, RotationPolicy policy, DateTimeOffset now) =>
        now.UtcTicks < (IsRowsOwn(generation) ? _family.LeewayUntil?.UtcTicks ?? 0 : Ticks(generation, SaltSize + sizeof(long)))
        && ExchangeDecision.Elapsed(ReplacedAt(generation), now) < policy.Leeway;

    /// <summary>What the secret of a generation derives the next one with.</summary>
    public Opaque256 SaltOf(long generation)
    {
        if (IsRowsOwn(generation))
        {
            return _family.Salt!.Value;
        }

        Span<byte> salt = stackalloc byte[Opaque256.Size];
        salt.Clear();
        Entry(generation)[..SaltSize].CopyTo(salt);
        return new Opaque256(salt);
    }

    private bool IsRowsOwn(long generation) => generation == _family.Generation - 1;

    private ReadOnlySpan<byte> Entry(long generation) => _entries.Slice((int)(generation - Floor) * EntrySize, EntrySize);

    private long Ticks(long generation, int offset) => BinaryPrimitives.ReadInt64BigEndian(Entry(generation)[offset..]);

    private void WriteEntry(long generation, Span<byte> entry)
    {
        if (!IsRowsOwn(generation))
        {
            Entry(generation).CopyTo(entry);
            return;
        }

        var salt = SaltOf(generation);
        Opaque256.AsBytes(in salt)[..SaltSize].CopyTo(entry);
        BinaryPrimitives.WriteInt64BigEndian(entry[SaltSize..], _family.RotatedAt!.Value.UtcTicks);
        BinaryPrimitives.WriteInt64BigEndian(entry[(SaltSize + sizeof(long))..], _family.LeewayUntil!.Value.UtcTicks);
    }
}
