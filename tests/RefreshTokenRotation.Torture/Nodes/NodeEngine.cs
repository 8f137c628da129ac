namespace RefreshTokenRotation.Torture.Nodes;

/// <summary>Runs one command.</summary>
internal sealed class NodeEngine(IRefreshTokenService tokens, ITokenFamilyManager families, SteppedClock clock, CallFile calls)
{
    /// <summary>More than any owner has families in a history.</summary>
    private const int PageSize = 1000;

    public async Task<NodeReply> RunAsync(NodeCommand command) => command.Kind switch
    {
        CommandKind.LogIn => LoggedIn(await tokens.IssueAsync(new IssueRequest { Subject = command.Subject!, ClientId = command.Client! })),
        CommandKind.Exchange => Exchanged(await tokens.ExchangeAsync(new ExchangeRequest { RefreshToken = command.Token, ClientId = command.Client! })),
        CommandKind.LogOut => new NodeReply(0, (await tokens.RevokeAsync(new RevokeRequest { RefreshToken = command.Token, ClientId = command.Client! })).ToString()),
        CommandKind.Introspect => Introspected(await tokens.IntrospectAsync(new IntrospectRequest { RefreshToken = command.Token })),
        CommandKind.RevokeFamily => Counted(await families.RevokeAsync(TokenFamilyFilter.ForFamily(command.FamilyId!.Value))),
        CommandKind.RevokeUser => Counted(await families.RevokeAsync(TokenFamilyFilter.ForUser(command.Subject!))),
        CommandKind.DeleteUser => Counted(await families.DeleteAsync(TokenFamilyFilter.ForUser(command.Subject!))),
        CommandKind.Prune => Counted(await families.PruneAsync(clock.GetUtcNow(), PageSize)),
        CommandKind.List => Listed(await families.ListAsync(TokenFamilyFilter.ForUserAndClient(command.Subject!, command.Client!), limit: PageSize)),
        CommandKind.SetClock => Set(TimeSpan.FromTicks(command.Ticks)),
        _ => WriteTo(command.File!),
    };

    private static NodeReply LoggedIn(IssueResult result) => new(0, NodeReply.Done)
    {
        Token = result.RefreshToken.Reveal(),
        FamilyId = result.Family.FamilyId,
        Evicted = [.. result.Evicted.Select(static family => family.FamilyId)],
    };

    private static NodeReply Exchanged(ExchangeResult result) => result switch
    {
        ExchangeResult.Succeeded succeeded => new NodeReply(0, succeeded.Outcome.ToString())
        {
            Token = succeeded.RefreshToken.Reveal(),
            FamilyId = succeeded.Family.FamilyId,
            Generation = succeeded.Family.Generation,
        },
        _ => new NodeReply(0, NodeReply.Rejected) { Reason = ((ExchangeResult.Rejected)result).Reason.ToString() },
    };

    private static NodeReply Introspected(IntrospectResult result) => result is IntrospectResult.Active active
        ? new NodeReply(0, nameof(IntrospectResult.Active)) { Generation = active.Family.Generation, FamilyId = active.Family.FamilyId }
        : new NodeReply(0, nameof(IntrospectResult.Inactive));

    private static NodeReply Counted(long count) => new(0, NodeReply.Done) { Generation = count };

    private NodeReply Listed(TokenFamilyPage page) => new(0, NodeReply.Done)
    {
        Families = [.. page.Families.Select(family => new ListedFamily(family.FamilyId, family.Generation, family.GetState(clock.GetUtcNow())))],
    };

    private NodeReply Set(TimeSpan step)
    {
        clock.Set(step);
        return new NodeReply(0, NodeReply.Done);
    }

    private NodeReply WriteTo(string file)
    {
        calls.SwitchTo(file);
        return new NodeReply(0, NodeReply.Done);
    }
}
