using System.Collections.Concurrent;
using RefreshTokenRotation.Torture.Histories;
using RefreshTokenRotation.Torture.Nodes;

namespace RefreshTokenRotation.Torture.Runs;

/// <summary>Asks nodes for clients and administrators, and keeps the history.</summary>
internal sealed class Clients(NodePool nodes)
{
    /// <summary>After an outage, and after a node that was not there.</summary>
    private static readonly TimeSpan OutagePause = TimeSpan.FromMilliseconds(50);

    private readonly ConcurrentQueue<Operation> _operations = new();
    private readonly ConcurrentDictionary<Task, bool> _open = new();
    private int _answers;

    public ConcurrentQueue<Session> Sessions { get; } = new();

    public IReadOnlyList<Operation> Operations => [.. _operations];

    public int Count => _operations.Count;

    public int Answers => Volatile.Read(ref _answers);

    /// <summary>Logs in.</summary>
    public async Task<Session?> LogInAsync(int place, string subject, string client, TimeSpan patience) =>
        (await AskAsync(place, new NodeCommand(CommandKind.LogIn, Subject: subject, Client: client), null, 0, patience))?.Session;

    /// <summary>Presents a token.</summary>
    public Task<Operation?> PresentAsync(int place, CommandKind kind, Session session, (long Generation, string Token) token, TimeSpan patience) =>
        AskAsync(place, new NodeCommand(kind, Token: token.Token, Subject: session.Subject, Client: session.Client, FamilyId: session.FamilyId), session, token.Generation, patience);

    /// <summary>Asks a node, and goes on when the client's patience is over: the answer may still come.</summary>
    /// <returns>The operation, answered or not; null if the node was not there to be asked.</returns>
    public async Task<Operation?> AskAsync(int place, NodeCommand command, Session? session, long presented, TimeSpan patience, bool isQuiet = false)
    {
        if (nodes.At(place) is not { IsGone: false } node)
        {
            await Task.Delay(OutagePause, TimeProvider.System);
            return null;
        }

        var operation = new Operation(command.Kind, nodes.NameOf(place), command.Subject ?? string.Empty, command.Client ?? string.Empty)
        {
            Session = session,
            Presented = presented,
            IsQuiet = isQuiet,
        };
        _operations.Enqueue(operation);
        var answer = AnswerAsync(node, command, operation);
        _open[answer] = true;
        _ = answer.ContinueWith(done => _open.TryRemove(done, out _), TaskScheduler.Default);
        using var ended = new CancellationTokenSource();
        await Task.WhenAny(answer, Task.Delay(patience, TimeProvider.System, ended.Token));
        await ended.CancelAsync();
        if (answer.IsCompleted && !operation.IsAnswered)
        {
            await Task.Delay(OutagePause, TimeProvider.System);
        }

        return operation;
    }

    /// <summary>Waits for the answers that are still to come.</summary>
    public async Task SettleAsync(TimeSpan limit)
    {
        using var ended = new CancellationTokenSource();
        await Task.WhenAny(Task.WhenAll(_open.Keys), Task.Delay(limit, TimeProvider.System, ended.Token));
        await ended.CancelAsync();
    }

    private async Task AnswerAsync(NodeProcess node, NodeCommand command, Operation operation)
    {
        NodeReply? reply;
        try
        {
            reply = await node.AskAsync(command);
        }
        catch (InvalidOperationException)
        {
            return;
        }

        operation.Answer(reply);
        if (!operation.IsAnswered)
        {
            return;
        }

        Interlocked.Increment(ref _answers);
        if (reply?.Token is { } token)
        {
            if (command.Kind == CommandKind.LogIn)
            {
                operation.Session = new Session(command.Subject!, command.Client!, token, reply.FamilyId!.Value);
                Sessions.Enqueue(operation.Session);
            }
            else
            {
                operation.Session!.Keep(reply.Generation, token);
            }
        }
    }
}
