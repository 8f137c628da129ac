using RefreshTokenRotation.Simulation.Engines;

namespace RefreshTokenRotation.Simulation.Calls;

/// <summary>Runs calls of an engine step by step, each step once.</summary>
internal sealed class CallTree(Universe universe, Stage stage, IEngine engine)
{
    private readonly Dictionary<CallRoot, CallNode> _roots = [];

    /// <summary>How many steps of how many different calls were run.</summary>
    public int Count { get; private set; }

    /// <summary>The call before its first question is answered.</summary>
    public CallNode Begin(CallRoot root)
    {
        if (!_roots.TryGetValue(root, out var node))
        {
            node = Run(new CallNode(Count++, root, null, default));
            _roots.Add(root, node);
        }

        return node;
    }

    public CallNode Next(CallNode node, Reply reply, int now, int policy)
    {
        var told = new CallNode.Told(reply, now, policy);
        if (!node.Children.TryGetValue(told, out var next))
        {
            next = Run(new CallNode(Count++, node.Root, node, told));
            node.Children.Add(told, next);
        }

        return next;
    }

    private CallNode Run(CallNode node)
    {
        stage.Begin(node.Root, node);
        var task = StartAsync(node.Root);
        if (task.IsCompleted)
        {
            node.Answer = task.GetAwaiter().GetResult();
        }
        else
        {
            node.Asked = stage.Asked ?? throw new InvalidOperationException("The engine waits for something that the stage does not know.");
        }

        return node;
    }

    private async Task<Answer> StartAsync(CallRoot root)
    {
        try
        {
            switch (root.Kind)
            {
                case CallKind.Exchange:
                    var result = await engine.ExchangeAsync(new ExchangeRequest
                    {
                        RefreshToken = universe.Token(root.Token),
                        ClientId = root.Client,
                        SenderKeyThumbprint = root.Key,
                        Scopes = root.AsksTooMuch ? ["admin"] : null,
                        CreateAccessToken = root.SlowSigner ? (_, _) => stage.SignAsync() : null,
                    });
                    return result is ExchangeResult.Succeeded succeeded
                        ? new Answer.Accepted(succeeded.Outcome, universe.TokenId(succeeded.RefreshToken))
                        : new Answer.Refused(((ExchangeResult.Rejected)result).Reason);
                case CallKind.ConfirmUse:
                    await engine.ConfirmUseAsync(universe.Rows[root.Token].Grant.FamilyId, root.Generation);
                    return new Answer.Done();
                default:
                    await engine.RevokeAsync(universe.Rows[root.Token].Grant.FamilyId);
                    return new Answer.Done();
            }
        }
        catch (Exception outage) when (outage is RefreshTokenUnavailableException or TimeoutException)
        {
            return new Answer.Outage();
        }
    }
}
