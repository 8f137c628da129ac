using RefreshTokenRotation.Rotation;
using RefreshTokenRotation.Simulation.Calls;
using RefreshTokenRotation.Simulation.Worlds;
using RefreshTokenRotation.Storage;

namespace RefreshTokenRotation.Simulation.Proof;

/// <summary>Compares the library's decision and the row that it writes with the proved ones.</summary>
/// <param name="proved">The proved ones.</param>
/// <param name="late">Whether the library is asked a tick later, for a test of the comparison.</param>
internal sealed class Agreement(ProvedDecision proved, bool late = false)
{
    private static readonly string[] Prefixes = ["rtr_"];

    /// <summary>
    /// Every row that was stored and differs in what a decision looks at, with a token of each standing, under each policy, for each
    /// presenter of the world, at every time that the world has and at every bound of the row: each decision of the exploration, and more.
    /// </summary>
    /// <returns>How many decisions agree.</returns>
    /// <exception cref="InvalidOperationException">One does not.</exception>
    public int Compare(World world, Universe universe)
    {
        var compared = 0;
        foreach (var row in universe.Rows.DistinctBy(row => (ProvedDecision.Describe(row), row.RevokedAt is null)))
        {
            foreach (var token in universe.Tokens.Select(Parse).DistinctBy(token => (ProvedDecision.Steps(row, token), token.Generation)))
            {
                foreach (var policy in world.Policies)
                {
                    foreach (var now in Times(world, row))
                    {
                        Compare(row, token, policy, now, Universe.Client, world.Key, asksTooMuch: false);
                        Compare(row, token, policy, now, world.ThiefClient, world.ThiefKey, world.ThiefAsksTooMuch);
                        compared += 2;
                    }
                }
            }
        }

        return compared;
    }

    private void Compare(TokenFamily row, PresentedToken token, RotationPolicy policy, DateTimeOffset now, string client, string? key, bool asksTooMuch)
    {
        var request = new ExchangeRequest { RefreshToken = default, ClientId = client, SenderKeyThumbprint = key, Scopes = asksTooMuch ? ["admin"] : null };
        var decision = ExchangeDecision.Decide(row, token, request, policy, late ? now.AddTicks(1) : now);
        var action = proved.ActionOf(row, token, client, key, !asksTooMuch, policy, now);
        if (decision.Action != action)
        {
            throw new InvalidOperationException(
                $"The library decides {decision.Action}; proved is {action}: {ProvedDecision.Describe(row)} at {now.UtcTicks}, {ProvedDecision.Steps(row, token)}.");
        }

        var next = decision.Action == ExchangeAction.Use ? Transition.ToUsed(row, policy, null, default, now)
            : decision.IssuesSuccessor ? Transition.ToSuccessor(row, action, policy, Successor(row, policy), null, default, now)
            : null;
        if (next is not null && ProvedDecision.Describe(next) != proved.NextOf(row, action, policy, now))
        {
            throw new InvalidOperationException(
                $"{action} writes {ProvedDecision.Describe(next)}; proved is {proved.NextOf(row, action, policy, now)}: {ProvedDecision.Describe(row)} at {now.UtcTicks}.");
        }
    }

    /// <summary>Any hash and any salt: only whether there is one is compared.</summary>
    private static Successor Successor(TokenFamily row, RotationPolicy policy) => new(row.SecretHash, policy.Leeway > TimeSpan.Zero ? row.SecretHash : null);

    private static IEnumerable<DateTimeOffset> Times(World world, TokenFamily row)
    {
        IEnumerable<int> sums = [0];
        for (var tick = 0; tick < world.TickCount; tick++)
        {
            sums = [.. sums.Concat(sums.SelectMany(sum => world.Ticks.Select(step => sum + step))).Distinct()];
        }

        var reached = sums.SelectMany(sum => world.Nodes.Select(node => Universe.At(sum + node)));
        var bounds = new[] { row.LeewayUntil, row.RecoverUntil, row.AbsoluteExpiresAt, row.IdleExpiresAt, row.RotatedAt, row.RotatedAt?.AddMinutes(-1) }
            .OfType<DateTimeOffset>()
            .Concat(ProvedDecision.TrailOf(row).Skip(2).Select(ticks => new DateTimeOffset(ticks, TimeSpan.Zero)))
            .SelectMany(bound => new[] { bound.AddTicks(-1), bound });
        return reached.Concat(bounds).Distinct();
    }

    private static PresentedToken Parse(RefreshToken token) => PresentedToken.Parse(token, Prefixes)!;
}
