using RefreshTokenRotation.Torture.Histories;
using RefreshTokenRotation.Torture.Nodes;

namespace RefreshTokenRotation.Torture.Runs;

/// <summary>What users, thieves and administrators do at once. The seed chooses what; the machine decides when.</summary>
internal sealed class Workload(Clients clients, NodePool nodes, int seed, int round)
{
    private const int Workers = 8;
    private const int Users = 5;
    private const int Tries = 3;

    private readonly HashSet<Session> _busy = [];

    /// <summary>Nothing but exchanges of its newest token happens to it.</summary>
    private Session? Steady => clients.Sessions.FirstOrDefault(IsSteady);

    /// <summary>Works until so many operations were answered and a fault was over, or ten times as many were asked.</summary>
    public async Task RunAsync(int answers, Func<bool> wasFault)
    {
        await clients.LogInAsync(0, $"r{round}{NodeStores.SteadyUser}", NodeStores.LeewayClient, TimeSpan.FromSeconds(30));
        await Task.WhenAll(Enumerable.Range(0, Workers).Select(worker => Task.Run(async () =>
        {
            var random = new Random(HashCode.Combine(seed, round, worker));
            while ((clients.Answers < answers || !wasFault()) && clients.Count < 10 * answers)
            {
                await StepAsync(random);
            }
        })));
    }

    private Task StepAsync(Random random)
    {
        var user = $"r{round}u{random.Next(Users)}";
        var client = random.Next(5) switch
        {
            0 => NodeStores.StrictClient,
            1 => NodeStores.BriefClient,
            _ => NodeStores.LeewayClient,
        };
        var session = Choose(random);
        return (random.Next(100), session) switch
        {
            ( < 8, _) or (_, null) => clients.LogInAsync(random.Next(nodes.Count), user, client, Patience(random)),
            ( < 60, _) => TakeTurnAsync(session, random, HonestAsync),
            ( < 72, _) => TakeTurnAsync(session, random, TabsAsync),
            ( < 77, _) when Steady is { } steady => TakeTurnAsync(steady, random, HonestAsync),
            ( < 82, _) => ReplayAsync(session, random),
            ( < 84, _) => clients.PresentAsync(random.Next(nodes.Count), CommandKind.LogOut, session, session.At(random.Next(100)), Patience(random)),
            ( < 86, _) => clients.PresentAsync(random.Next(nodes.Count), CommandKind.RevokeFamily, session, session.Held, Patience(random)),
            ( < 87, _) => AdministerAsync(CommandKind.RevokeUser, user, random),
            ( < 88, _) => AdministerAsync(CommandKind.DeleteUser, user, random),
            ( < 93, _) => clients.PresentAsync(random.Next(nodes.Count), CommandKind.Introspect, session, session.Held, Patience(random)),
            ( < 97, _) => clients.AskAsync(
                random.Next(nodes.Count), new NodeCommand(CommandKind.List, Subject: session.Subject, Client: session.Client), null, 0, Patience(random)),
            _ => clients.AskAsync(random.Next(nodes.Count), new NodeCommand(CommandKind.Prune), null, 0, Patience(random)),
        };
    }

    private static bool IsSteady(Session session) => session.Subject.EndsWith(NodeStores.SteadyUser, StringComparison.Ordinal);

    private static TimeSpan Patience(Random random) => TimeSpan.FromMilliseconds(random.Next(300, 4000));

    private Session? Choose(Random random)
    {
        var sessions = clients.Sessions.Where(session => !IsSteady(session) && (!session.IsOver || random.Next(20) == 0)).ToList();
        return sessions.Count == 0 ? null : sessions[random.Next(sessions.Count)];
    }

    private Task AdministerAsync(CommandKind kind, string user, Random random) =>
        clients.AskAsync(random.Next(nodes.Count), new NodeCommand(kind, Subject: user), null, 0, Patience(random));

    /// <summary>One client does one thing at a time.</summary>
    private async Task TakeTurnAsync(Session session, Random random, Func<Session, Random, Task> act)
    {
        lock (_busy)
        {
            if (!_busy.Add(session))
            {
                return;
            }
        }

        try
        {
            await act(session, random);
        }
        finally
        {
            lock (_busy)
            {
                _busy.Remove(session);
            }
        }
    }

    /// <summary>Exchanges the newest token, and tries again elsewhere if there is no answer.</summary>
    private async Task HonestAsync(Session session, Random random)
    {
        var held = session.Held;
        for (var attempt = 0; attempt < Tries; attempt++)
        {
            var exchange = await clients.PresentAsync(random.Next(nodes.Count), CommandKind.Exchange, session, held, Patience(random));
            if (exchange?.IsAnswered == true)
            {
                session.IsOver = !exchange.IsSuccess;
                return;
            }
        }
    }

    private Task TabsAsync(Session session, Random random)
    {
        var held = session.Held;
        var patience = Patience(random);
        return Task.WhenAll(Enumerable.Range(random.Next(nodes.Count), random.Next(2, 4))
            .Select(tab => clients.PresentAsync(tab % nodes.Count, CommandKind.Exchange, session, held, patience)));
    }

    private Task ReplayAsync(Session session, Random random) =>
        clients.PresentAsync(random.Next(nodes.Count), CommandKind.Exchange, session, session.At(random.Next(100)), Patience(random));
}
