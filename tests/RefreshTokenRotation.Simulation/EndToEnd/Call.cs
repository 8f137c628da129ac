namespace RefreshTokenRotation.Simulation.EndToEnd;

/// <summary>A request on its way to the authorization server, and what became of it there.</summary>
/// <param name="number">Names it.</param>
/// <param name="user">Whose session it is about.</param>
/// <param name="who">Who sent it.</param>
/// <param name="path">The endpoint.</param>
/// <param name="body">The form.</param>
/// <param name="dice">Its own dice, for what happens to it at the server.</param>
internal sealed class Call(int number, int user, string who, string path, byte[] body, Dice dice)
{
    public int Number { get; } = number;

    public int User { get; } = user;

    public string Who { get; } = who;

    public string Path { get; } = path;

    public byte[] Body { get; } = body;

    public Dice Dice { get; } = dice;

    /// <summary>The refresh token that it presents; null for a log-in.</summary>
    public string? Token { get; init; }

    /// <summary>When the server began.</summary>
    public TimeSpan BeganAt { get; init; }

    /// <summary>What the engine told of it last.</summary>
    public RefreshTokenEvent? Told { get; set; }

    /// <summary>The generation of the token that it presents, as the ledger knows it.</summary>
    public long? Presented { get; set; }

    /// <summary>The same request, as one server sees it.</summary>
    public Call At(TimeSpan now, int number) => new(number, User, Who, Path, Body, new Dice(Dice.Next())) { Token = Token, BeganAt = now };
}

/// <summary>A response.</summary>
/// <param name="Status">The status; 0 if the connection broke before one came, -1 if no server took it.</param>
/// <param name="Body">The document.</param>
/// <param name="RefreshToken">The refresh token in it.</param>
/// <param name="Refusal">Why a token was refused, as the engine told it.</param>
internal sealed record Reply(int Status, byte[] Body, string? RefreshToken = null, RejectionReason? Refusal = null)
{
    public static readonly Reply Broken = new(0, []);

    public static readonly Reply NobodyThere = new(-1, []);
}
