using System.Text;

namespace RefreshTokenRotation.Simulation.EndToEnd;

/// <summary>A process that needs access tokens: a tab, an app, a node, an agent.</summary>
internal abstract class Holder
{
    private bool _isBusy;

    protected Holder(Person person, string name, int index)
    {
        var dice = Dice.For(person.World.Scenario.Seed, 3, (person.Number * 16) + index);
        var (offset, drift) = (dice.Minutes(-5, 5), dice.Between(-5e-5, 5e-5));
        var hasClock = person.World.Scenario.Has(Troubles.Clocks);
        (Person, Name) = (person, name);
        Machine = new Machine(person.World.Agenda, hasClock ? offset : TimeSpan.Zero, hasClock ? drift : 0);
        Link = new Link(Machine, person, name, Quality.Of(person.World.Scenario.App), dice);
    }

    public string Name { get; }

    protected Person Person { get; }

    protected Machine Machine { get; }

    protected Link Link { get; }

    protected SessionBox Box => Person.Box;

    /// <summary>The app needs an access token now.</summary>
    public void Use()
    {
        if (_isBusy || Person.IsGone)
        {
            return;
        }

        _isBusy = true;
        Machine.Agenda.Start(async () =>
        {
            await UseAsync();
            _isBusy = false;
        });
    }

    /// <summary>The process is killed, and starts again.</summary>
    public void Kill()
    {
        if (!Person.World.Scenario.Has(Troubles.Kills))
        {
            return;
        }

        Person.World.Journal.Note(Happening.Killed, Person.Number);
        if (_isBusy && Person.World.Journal.IsRead)
        {
            Person.World.Journal.Write(Person.Number, null, Name, "Killed", "it was waiting for an answer, and never stores it.");
        }

        Machine.Die();
        Person.StopLogIn();
        _isBusy = false;
        Box.Clean();
        Restart();
    }

    public static Holder Create(Person person, string name, int index) => person.World.Scenario.Habit switch
    {
        Habit.Package => new PackageHolder(person, name, index),
        Habit.Sdk => new SdkHolder(person, name, index),
        _ => new ForgetfulHolder(person, name, index),
    };

    protected abstract Task UseAsync();

    /// <summary>What was in memory is gone.</summary>
    protected abstract void Restart();

    /// <summary>Presents a token, and gives up after ten seconds. Null if no answer came.</summary>
    protected Task<Reply?> PresentAsync(string token) =>
        PostAsync($"grant_type=refresh_token&refresh_token={token}&client_id={Server.Client}", token);

    /// <summary>The user types a password; the app keeps what comes.</summary>
    protected Task<bool> LogInAsync() => Person.LogInAsync(async () =>
    {
        await Machine.PassAsync(Person.Dice.Seconds(5, 30));
        var reply = await PostAsync($"grant_type={Server.LogInGrant}&user={Person.Name}&client_id={Server.Client}", token: null);
        if (reply is not { RefreshToken: { } token })
        {
            return false;
        }

        Keep(token);
        return true;
    });

    /// <summary>Stores a new token.</summary>
    protected virtual void Keep(string token)
    {
        Box.RefreshToken = token;
        Box.AccessUntil = Machine.Agenda.Now + Person.World.Scenario.AccessTokenLifetime - TimeSpan.FromMinutes(1);
    }

    private async Task<Reply?> PostAsync(string form, string? token)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(10), Machine);
        try
        {
            return await Link.SendAsync(Server.TokenPath, Encoding.ASCII.GetBytes(form), token, limit.Token) is { Status: > 0 } reply ? reply : null;
        }
        catch (OperationCanceledException)
        {
            return null;
        }
    }
}

/// <summary>Holds its own copy: it reads what is stored only when it starts, and when it is refused.</summary>
internal sealed class ForgetfulHolder(Person person, string name, int index) : Holder(person, name, index)
{
    private string? _held;
    private TimeSpan _until;

    protected override async Task UseAsync()
    {
        if (Machine.Agenda.Now < _until)
        {
            return;
        }

        _held ??= Box.RefreshToken;
        for (var attempt = 0; _held is { } presented && attempt < 2; attempt++)
        {
            if (await PresentAsync(presented) is not { } reply || reply.Status >= 500)
            {
                return; // it tries the same token at the next use
            }

            if (reply.RefreshToken is { } token)
            {
                Keep(token);
                return;
            }

            // Another process may have stored a newer one, or the user has logged in there.
            _held = Box.RefreshToken == presented ? null : Box.RefreshToken;
        }

        if (_held is null)
        {
            await LogInAsync();
        }
    }

    protected override void Keep(string token)
    {
        base.Keep(token);
        (_held, _until) = (token, Box.AccessUntil);
    }

    protected override void Restart() => (_held, _until) = (null, default);
}

/// <summary>As Auth0's browser SDK.</summary>
internal sealed class SdkHolder(Person person, string name, int index) : Holder(person, name, index)
{
    private const int Attempts = 3;

    protected override async Task UseAsync()
    {
        if (Machine.Agenda.Now < Box.AccessUntil)
        {
            return;
        }

        await Box.LockAsync(Machine, CancellationToken.None);
        try
        {
            if (Machine.Agenda.Now < Box.AccessUntil)
            {
                return;
            }

            var isRefused = Box.RefreshToken is null;
            for (var attempt = 0; !isRefused && attempt < Attempts; attempt++)
            {
                // Lost answers and time-outs are tried again at once; what the server says is not.
                if (await PresentAsync(Box.RefreshToken!) is { } reply)
                {
                    if (reply.RefreshToken is { } token)
                    {
                        Keep(token);
                        return;
                    }

                    isRefused = reply.Status < 500;
                    break;
                }
            }

            if (isRefused)
            {
                await LogInAsync();
            }
        }
        finally
        {
            Box.Unlock();
        }
    }

    protected override void Restart()
    {
    }
}
