using System.Globalization;
using RefreshTokenRotation.Torture.Nodes;

namespace RefreshTokenRotation.Torture.Histories;

/// <summary>What a client or an administrator asked of a node, and what came back.</summary>
internal sealed class Operation(CommandKind kind, string node, string subject, string client)
{
    /// <summary>The end of what was not answered: it happened at any time after its start, or never.</summary>
    public const long NoAnswer = long.MaxValue;

    private long _end = NoAnswer;

    public CommandKind Kind => kind;

    public string Subject => subject;

    public string Client => client;

    /// <summary>Of the token; null where the operation names a user, or logs in.</summary>
    public Session? Session { get; set; }

    /// <summary>The generation of the presented token.</summary>
    public long Presented { get; init; }

    public long Start { get; init; } = TimeProvider.System.GetTimestamp();

    public long End => Volatile.Read(ref _end);

    /// <summary>What the engine answered; null if it is unknown what happened.</summary>
    public NodeReply? Reply { get; private set; }

    /// <summary>Whether it was asked when nothing else was under way.</summary>
    public bool IsQuiet { get; init; }

    public bool IsAnswered => End != NoAnswer;

    public bool IsSuccess => IsAnswered && kind == CommandKind.Exchange && Reply!.Token is not null;

    public bool IsRejectedAs(RejectionReason reason) => IsAnswered && kind == CommandKind.Exchange && Reply!.Reason == reason.ToString();

    /// <summary>Takes the answer. An outage says nothing about what happened.</summary>
    public void Answer(NodeReply? reply, long? at = null)
    {
        if (reply is null || reply.Result == NodeReply.Unavailable)
        {
            return;
        }

        Reply = reply;
        Volatile.Write(ref _end, at ?? TimeProvider.System.GetTimestamp());
    }

    public string Describe(long origin) => string.Create(
        CultureInfo.InvariantCulture,
        $"  {Milliseconds(Start - origin)} to {(IsAnswered ? Milliseconds(End - origin) : "?")} ms, {node}: {kind}{(Session is null || kind == CommandKind.LogIn ? string.Empty : $" with generation {Presented}")} -> {Outcome}");

    private string Outcome => Reply switch
    {
        null => "no answer",
        { Token: not null } => string.Create(CultureInfo.InvariantCulture, $"{Reply.Result}, generation {Reply.Generation}"),
        { Reason: not null } => $"{Reply.Result}: {Reply.Reason}",
        _ => Reply.Result,
    };

    private static string Milliseconds(long ticks) => (ticks * 1000.0 / TimeProvider.System.TimestampFrequency).ToString("0.0", CultureInfo.InvariantCulture);
}
