using RefreshTokenRotation.Torture.Nodes;
using RefreshTokenRotation.Torture.Runs;

namespace RefreshTokenRotation.Torture.Faults;

/// <summary>What happens to nodes, whatever their store.</summary>
internal static class NodeFaults
{
    /// <summary>Two clocks are less than a minute apart: beyond that, leeway counts as over, as it should.</summary>
    private const int MaxStep = 25;

    public static IReadOnlyList<Fault> For(NodePool nodes) =>
    [
        new("node", "node killed", async random =>
        {
            var place = random.Next(nodes.Count);
            await nodes.KillAsync(place);
            return () => nodes.StartAsync(place);
        }),
        new("node", "node stopped", random =>
        {
            var node = nodes.At(random.Next(nodes.Count));
            node?.Stop();
            return Task.FromResult<Func<Task>>(() =>
            {
                node?.Continue();
                return Task.CompletedTask;
            });
        }),
        new("node", "clock stepped", random =>
        {
            // A node that stands still sets its clock when it goes on: nobody waits for the answer.
            if (nodes.At(random.Next(nodes.Count)) is { IsGone: false } node)
            {
                _ = node.AskAsync(new NodeCommand(CommandKind.SetClock, Ticks: TimeSpan.FromSeconds(random.Next(-MaxStep, MaxStep + 1)).Ticks))
                    .ContinueWith(static asked => asked.Exception, TaskScheduler.Default);
            }

            return Fault.Over;
        }),
    ];
}
