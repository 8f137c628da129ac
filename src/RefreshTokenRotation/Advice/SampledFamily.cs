namespace RefreshTokenRotation.Advice;

/// <summary>What the advisor keeps of one family of its sample: counts, and where the family was when something happened.</summary>
internal sealed class SampledFamily
{
    /// <summary>More replays of one generation say nothing new, and whoever holds a token can send any number.</summary>
    private const int CountedReplays = 32;

    /// <summary>A phone may lose two answers in a row. Two processes that take turns come back in every generation.</summary>
    private const int TurnsOfTwoHolders = 3;

    private const long Never = long.MinValue;

    private static readonly TimeSpan ShortLeeway = RotationPolicy.Spa.Leeway;
    private static readonly TimeSpan Recovery = RotationPolicy.Mobile.RecoveryWindow;
    private static readonly TimeSpan LongLeeway = RotationPolicy.Agents.Leeway;
    private static readonly int LongGenerations = RotationPolicy.Agents.LeewayGenerations;

    private DateTimeOffset _halvedAt;
    private long _incident = Never;
    private long _refusedAt = Never;
    private long _answeredAt = Never;
    private long _recoveredFrom = Never;
    private (long Generation, DateTimeOffset At) _rotated = (Never, default);
    private int _replaysOfIncident;
    private int _turns;
    private bool _isBurst;
    private bool _isCurrentSeen;
    private Presets _counted;

    public SampledFamily(DateTimeOffset now) => _halvedAt = LastSeen = now;

    [Flags]
    private enum Presets : byte
    {
        None = 0,
        Strict = 1,
        Spa = 2,
        Mobile = 4,
        Agents = 8,
    }

    public DateTimeOffset LastSeen { get; private set; }

    /// <summary>Whether two holders came back at least ten seconds apart.</summary>
    public bool IsShared { get; private set; }

    public int Rotations { get; private set; }

    public int Successors { get; private set; }

    public int Replays { get; private set; }

    public int Bursts { get; private set; }

    public int BurstReplays { get; private set; }

    public int StrictLogOuts { get; private set; }

    public int SpaLogOuts { get; private set; }

    public int MobileLogOuts { get; private set; }

    public int AgentsLogOuts { get; private set; }

    public TimeSpan OldestReplay { get; private set; }

    public int MostGenerationsBack { get; private set; }

    /// <summary>Halves what was seen once a period is over, so that a client that was mended is seen as it is now.</summary>
    public void See(DateTimeOffset now, TimeSpan period)
    {
        LastSeen = now;
        if (now - _halvedAt < period)
        {
            return;
        }

        _halvedAt = now;
        (Rotations, Successors, Replays, Bursts, BurstReplays) = (Rotations / 2, Successors / 2, Replays / 2, Bursts / 2, BurstReplays / 2);
        (StrictLogOuts, SpaLogOuts, MobileLogOuts, AgentsLogOuts) = (StrictLogOuts / 2, SpaLogOuts / 2, MobileLogOuts / 2, AgentsLogOuts / 2);
        IsShared &= MobileLogOuts > 0;
        (OldestReplay, MostGenerationsBack) = StrictLogOuts > 0 ? (OldestReplay, MostGenerationsBack) : default;
    }

    /// <summary>The current token rotated to a generation.</summary>
    public void Rotate(long generation, DateTimeOffset now)
    {
        _rotated = (generation, now);
        Rotations++;
        Successors += generation > 1 ? 1 : 0;

        // An old token was refused, and its successor is in use: it was not lost, somebody else had it.
        if (_refusedAt == generation - 1)
        {
            Share();
        }
    }

    /// <summary>A replaced token came back.</summary>
    /// <param name="generation">The family's generation.</param>
    /// <param name="back">How many generations old the token is.</param>
    /// <param name="age">How long ago it was replaced.</param>
    /// <param name="answered">Whether it got a successor.</param>
    /// <param name="times">How often it came.</param>
    public void Replay(long generation, long back, TimeSpan age, bool answered, long times = 1)
    {
        var isQuick = back == 1 && age < ShortLeeway;
        var isSecondLoss = !answered && _recoveredFrom == generation - back;
        BeginIncident(generation);
        CountReplays(isQuick, times);
        OldestReplay = age > OldestReplay ? age : OldestReplay;
        MostGenerationsBack = (int)Math.Clamp(back, MostGenerationsBack, int.MaxValue);
        Count(Presets.Strict);
        if (age >= LongLeeway || back > LongGenerations)
        {
            Count(Presets.Agents);
        }

        if (isQuick)
        {
            return;
        }

        Count(Presets.Spa);
        if (isSecondLoss || age >= Recovery)
        {
            Count(Presets.Mobile);
        }

        if ((back > 1 && !isSecondLoss) || (!answered && _recoveredFrom == generation - back - 1))
        {
            Share(); // the successor was used, or displaced as lost and was not
        }
        else if (!answered)
        {
            _refusedAt = generation;
        }
        else if (_answeredAt != generation)
        {
            _turns += _answeredAt == generation - 1 ? 1 : 0;
            _answeredAt = generation;
            if (_turns >= TurnsOfTwoHolders)
            {
                Share();
            }
        }
    }

    /// <summary>The previous token displaced a successor that seemed lost.</summary>
    /// <param name="generation">The generation of the new successor.</param>
    /// <param name="now">When. Where the rotation before was not seen, it counts as an hour ago.</param>
    public void Recover(long generation, DateTimeOffset now)
    {
        Replay(generation - 1, 1, _rotated.Generation == generation - 1 ? now - _rotated.At : LongLeeway, answered: true);
        _rotated = (generation, now);
        _recoveredFrom = generation - 2;
    }

    /// <summary>A replay ended the family, and now its current token came.</summary>
    /// <param name="generation">The family's generation.</param>
    /// <param name="age">How long after the last rotation the replay came.</param>
    public void PresentCurrentTooLate(long generation, TimeSpan age)
    {
        if (!_isCurrentSeen && generation > 0)
        {
            _isCurrentSeen = true;
            Successors++;
        }

        if (age >= ShortLeeway)
        {
            BeginIncident(generation);
            Count(Presets.Strict);
            Count(Presets.Spa);
            Share();
        }
    }

    /// <summary>A replay ended the family, and more of the same token follow at once.</summary>
    public void FollowBurst(long generation, long times)
    {
        if (_incident == generation && _isBurst)
        {
            CountReplays(isQuick: true, times);
        }
    }

    private void Share()
    {
        IsShared = true;
        Count(Presets.Mobile);
    }

    /// <summary>What happens in one generation would end the family once.</summary>
    private void BeginIncident(long generation)
    {
        if (_incident != generation)
        {
            (_incident, _counted, _replaysOfIncident, _isBurst) = (generation, Presets.None, 0, false);
        }
    }

    private void CountReplays(bool isQuick, long times)
    {
        var counted = (int)Math.Min(times, CountedReplays - _replaysOfIncident);
        _replaysOfIncident += counted;
        Replays += counted;
        if (isQuick && counted > 0)
        {
            Bursts += _isBurst ? 0 : 1;
            BurstReplays += counted;
            _isBurst = true;
        }
    }

    private void Count(Presets preset)
    {
        if ((_counted & preset) != Presets.None)
        {
            return;
        }

        _counted |= preset;
        StrictLogOuts += preset == Presets.Strict ? 1 : 0;
        SpaLogOuts += preset == Presets.Spa ? 1 : 0;
        MobileLogOuts += preset == Presets.Mobile ? 1 : 0;
        AgentsLogOuts += preset == Presets.Agents ? 1 : 0;
    }
}
