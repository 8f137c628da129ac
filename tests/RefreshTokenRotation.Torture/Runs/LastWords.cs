using RefreshTokenRotation.Torture.Histories;
using RefreshTokenRotation.Torture.Nodes;

namespace RefreshTokenRotation.Torture.Runs;

/// <summary>When all faults are over: presents each client's newest token, then an old one, then the newest again, and lists what is there.</summary>
internal static class LastWords
{
    private const int Tries = 100;

    private static readonly ParallelOptions Workers = new() { MaxDegreeOfParallelism = 8 };

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(40);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    /// <returns>What was not answered, however often it was asked; null if all was.</returns>
    public static async Task<Finding?> SpeakAsync(Clients clients, NodePool nodes)
    {
        Finding? silence = null;
        await Parallel.ForEachAsync(clients.Sessions.Select(static session => (session.Subject, session.Client)).Distinct().ToList(), Workers, async (owner, _) =>
        {
            if (!await UntilAnsweredAsync(nodes, place => clients.AskAsync(
                place, new NodeCommand(CommandKind.List, Subject: owner.Subject, Client: owner.Client), null, 0, Patience, isQuiet: true)))
            {
                silence = NoAnswer($"A list of {owner}");
            }
        });
        await Parallel.ForEachAsync(clients.Sessions.ToList(), Workers, async (session, _) =>
        {
            foreach (var token in new Func<(long, string)>[] { () => session.Held, () => session.At(0), () => session.Held })
            {
                if (!await UntilAnsweredAsync(nodes, place => clients.PresentAsync(place, CommandKind.Exchange, session, token(), Patience)))
                {
                    silence = NoAnswer($"An exchange of {session}");
                }
            }
        });
        return silence;
    }

    private static async Task<bool> UntilAnsweredAsync(NodePool nodes, Func<int, Task<Operation?>> ask)
    {
        for (var attempt = 0; attempt < Tries; attempt++)
        {
            if ((await ask(attempt % nodes.Count))?.IsAnswered == true)
            {
                return true;
            }

            await Task.Delay(Pause, TimeProvider.System);
        }

        return false;
    }

    private static Finding NoAnswer(string what) => new(RuleNames.Recovers, string.Empty, $"{what} was not answered though all faults were over.", []);
}
