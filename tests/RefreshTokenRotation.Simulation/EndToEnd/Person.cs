namespace RefreshTokenRotation.Simulation.EndToEnd;

/// <summary>A user, with the processes of one app over one session.</summary>
internal sealed class Person(SystemWorld world, int number)
{
    private RejectionReason? _cause;
    private bool _isLoggingIn;

    public SystemWorld World { get; } = world;

    public int Number { get; } = number;

    public string Name { get; } = $"user-{number}";

    public Dice Dice { get; } = Dice.For(world.Scenario.Seed, 2, number);

    public SessionBox Box { get; } = new();

    public List<Holder> Holders { get; } = [];

    /// <summary>Whether the network of the device is away.</summary>
    public bool IsOffline { get; set; }

    /// <summary>Whether the user uses the app no more.</summary>
    public bool IsGone { get; set; }

    /// <summary>Log-ins that the user had to repeat before the session's time was over.</summary>
    public int ForcedLogIns { get; private set; }

    /// <summary>Log-ins at the end of a session's time.</summary>
    public int Expirations { get; private set; }

    /// <summary>The token that the app received last.</summary>
    public string? Newest { get; private set; }

    /// <summary>For a thief who watches the device: it sends a token.</summary>
    public Action<string>? OnSent { get; set; }

    /// <summary>And it has received the successor of a token.</summary>
    public Action<string, string>? OnReceived { get; set; }

    public void Sent(string? token)
    {
        if (token is not null)
        {
            OnSent?.Invoke(token);
        }
    }

    public void Received(Call call, Reply reply)
    {
        if (reply.RefreshToken is { } token)
        {
            Newest = token;
            if (call.Token is { } presented)
            {
                OnReceived?.Invoke(presented, token);
            }
        }
        else if (call.Token is not null && reply.Refusal is { } reason)
        {
            _cause = reason;
        }
    }

    /// <summary>An interactive log-in, for whichever process asks first. The attempt is the process's own.</summary>
    public async Task<bool> LogInAsync(Func<Task<bool>> attemptAsync)
    {
        if (_isLoggingIn)
        {
            return false;
        }

        _isLoggingIn = true;
        bool isDone;
        try
        {
            isDone = await attemptAsync();
        }
        finally
        {
            _isLoggingIn = false;
        }

        if (isDone)
        {
            World.Journal.Note(Happening.LoggedIn, Number);
            ForcedLogIns += _cause is null or RejectionReason.Expired ? 0 : 1;
            Expirations += _cause is RejectionReason.Expired ? 1 : 0;
            _cause = null;
        }

        return isDone;
    }

    /// <summary>The process in which the user was logging in died.</summary>
    public void StopLogIn() => _isLoggingIn = false;
}
