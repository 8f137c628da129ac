using System.Text;

namespace RefreshTokenRotation.Simulation.EndToEnd;

/// <summary>The thieves of the attack table in SECURITY.md.</summary>
internal enum Theft
{
    None,

    /// <summary>Presents the token at the moment at which the client does, and goes on hourly with what it gets.</summary>
    Fork,

    /// <summary>Presents the token two seconds after the client rotated it, and goes on hourly.</summary>
    Tailgate,

    /// <summary>Presents a token that is four generations old.</summary>
    Ancestor,

    /// <summary>Presents the replaced token every four seconds for two minutes, then hourly.</summary>
    KeepAlive,

    /// <summary>Presents the replaced token two seconds after the user logged out.</summary>
    Revival,

    /// <summary>Presents an old token as another client, to end the session.</summary>
    ForcedRevocation,

    /// <summary>Presents what it holds two seconds after each refresh of the client.</summary>
    Shadowing,

    /// <summary>Refreshes every twenty minutes with what it gets, beside the client.</summary>
    Company,

    /// <summary>Waits until the client is used no more, and goes on in its place.</summary>
    Inheritance,
}

/// <summary>What became of a thief.</summary>
/// <param name="Began">When it first presented a token; null if it never did.</param>
/// <param name="Caught">When the family was revoked for reuse.</param>
/// <param name="Successes">How often it was given tokens.</param>
internal readonly record struct TheftResult(TimeSpan? Began, TimeSpan? Caught, int Successes)
{
    public TimeSpan? Took => Caught - Began;
}

/// <summary>Copies a token from a user's device after some days, and uses it from a machine with a good network.</summary>
internal sealed class Thief : IDisposable
{
    private static readonly TimeSpan Moment = TimeSpan.FromSeconds(2);

    private readonly Person _victim;
    private readonly Dice _dice;
    private readonly Machine _machine;
    private readonly Link _link;
    private FamilyAccount? _family;
    private string? _held;
    private TimeSpan? _began;
    private int _successes;
    private int _refreshes;
    private bool _isRefused;

    public Thief(Person victim)
    {
        _victim = victim;
        _dice = Dice.For(victim.World.Scenario.Seed, 6, victim.Number);
        _machine = new Machine(victim.World.Agenda, TimeSpan.Zero, 0);
        _link = new Link(_machine, victim, "thief", new Quality(0, 0, 0.005, 0.02), _dice, isWatched: false);
        victim.World.Agenda.Start(WaitAsync);
    }

    public TheftResult Result => new(_began, _family?.Revoked is { Reason: RevocationReason.ReuseDetected } revoked && revoked.At >= _began ? revoked.At : null, _successes);

    /// <summary>Whether nothing more will come of it.</summary>
    public bool IsDone => _began is not null && (IsOver || _isRefused);

    private bool IsOver => _family?.Revoked is not null;

    public void Dispose() => _link.Dispose();

    private async Task WaitAsync()
    {
        await _machine.PassAsync(TimeSpan.FromDays(_dice.Between(2, 8)));
        while (_victim.Newest is null)
        {
            await _machine.PassAsync(TimeSpan.FromHours(1));
        }

        Take(_victim.Newest);
        switch (_victim.World.Scenario.Theft)
        {
            case Theft.Fork:
                _victim.OnSent = token => Once(() => GoOn(token, TimeSpan.Zero, () => _dice.Minutes(55, 65)));
                break;
            case Theft.Tailgate:
                OnRefresh((old, _) => Once(() => GoOn(old, Moment, () => _dice.Minutes(55, 65))));
                break;
            case Theft.Ancestor:
                OnRefresh((_, _) => Begin(++_refreshes == 4, () => PresentAsync(_held!)));
                break;
            case Theft.KeepAlive:
                OnRefresh((old, _) => Once(() => RepeatAsync(old)));
                break;
            case Theft.Revival:
                OnRefresh((old, next) => Once(() => ReviveAsync(old, next)));
                break;
            case Theft.ForcedRevocation:
                OnRefresh((_, _) => Begin(++_refreshes == 2, () => PresentAsync(_held!, Server.Stranger)));
                break;
            case Theft.Shadowing:
                OnRefresh((_, _) => Begin(true, ShadowAsync));
                break;
            case Theft.Company:
                _victim.World.Agenda.Start(() => GoOn(_held!, TimeSpan.Zero, () => TimeSpan.FromMinutes(20)));
                break;
            default:
                _victim.IsGone = true;
                _victim.World.Agenda.Start(() => GoOn(_held!, TimeSpan.FromHours(1), () => _dice.Minutes(55, 65)));
                break;
        }
    }

    private void Take(string token)
    {
        _held = token;
        _family = _victim.World.Ledger.FamilyOf(token);
        _victim.World.Journal.Note(Happening.Stolen, _victim.Number);
        if (_victim.World.Journal.IsRead)
        {
            _victim.World.Journal.Write(_victim.Number, _family?.Id, "thief", "Theft", $"copies generation {_victim.World.Ledger.GenerationOf(token)} from the device.");
        }
    }

    /// <summary>Watches the device. After a log-in the thief copies the new token.</summary>
    private void OnRefresh(Action<string, string> then) => _victim.OnReceived = (old, next) =>
    {
        if (_began is null && _victim.World.Ledger.FamilyOf(old) is var family && family != _family)
        {
            Take(next);
            _refreshes = 0;
            return;
        }

        then(old, next);
    };

    private void Once(Func<Task> act)
    {
        if (_began is null && !IsOver)
        {
            _began = _machine.Agenda.Now;
            Begin(true, act);
        }
    }

    private void Begin(bool isTime, Func<Task> act)
    {
        if (isTime && !IsOver)
        {
            _victim.World.Agenda.Start(act);
        }
    }

    /// <summary>Presents a token, then from time to time what came back, until it is refused.</summary>
    private async Task GoOn(string token, TimeSpan wait, Func<TimeSpan> pause)
    {
        _began ??= _machine.Agenda.Now + wait;
        _family = _victim.World.Ledger.FamilyOf(token);
        await _machine.PassAsync(wait);
        for (_held = token; await PresentAsync(_held) && !IsOver;)
        {
            await _machine.PassAsync(pause());
        }
    }

    private async Task RepeatAsync(string old)
    {
        for (var time = 0; !IsOver; time++)
        {
            await PresentAsync(old);
            await _machine.PassAsync(time < 30 ? 2 * Moment : TimeSpan.FromHours(1));
        }
    }

    private async Task ReviveAsync(string old, string next)
    {
        var form = $"token={next}&client_id={Server.Client}";
        await _link.SendAsync(Server.RevocationPath, Encoding.ASCII.GetBytes(form), next, CancellationToken.None);
        await _machine.PassAsync(Moment);
        await PresentAsync(old);
    }

    private async Task ShadowAsync()
    {
        await _machine.PassAsync(Moment);
        await PresentAsync(_held!);
    }

    /// <summary>True unless the token was refused.</summary>
    private async Task<bool> PresentAsync(string token, string client = Server.Client)
    {
        _began ??= _machine.Agenda.Now;
        var form = $"grant_type=refresh_token&refresh_token={token}&client_id={client}";
        var reply = await _link.SendAsync(Server.TokenPath, Encoding.ASCII.GetBytes(form), token, CancellationToken.None);
        if (reply.RefreshToken is { } successor)
        {
            _held = successor;
            _successes++;
        }

        _isRefused = reply.Status is >= 400 and < 500;
        return !_isRefused;
    }
}
