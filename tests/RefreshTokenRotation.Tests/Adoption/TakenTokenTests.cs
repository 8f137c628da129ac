using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.Tests.Adoption;

/// <summary>A token that was adopted, or that its old server has used, is never adopted again, whatever becomes of the family.</summary>
[TestFixture]
internal sealed class TakenTokenTests
{
    private const string Old = "old-1234";

    /// <summary>Neither the cap, nor a deletion, nor the pruning of ended families makes the token new.</summary>
    [Test]
    public async Task Token_whose_family_is_gone_is_not_adopted_again([Values("evicted", "deleted", "converted", "pruned")] string how, [Values] bool says)
    {
        using var world = new World((how == "converted" ? RotationPolicy.Mobile with { RotationType = RotationType.NonRotating } : RotationPolicy.Spa) with { ActiveCap = 1 });
        world.Source.Retention = says ? TimeSpan.Zero : TimeSpan.FromDays(14);
        world.Source.ValidUntil = says ? world.Engine.Now + TimeSpan.FromDays(14) : null;
        await world.Engine.SucceedAsync(Old);
        switch (how)
        {
            case "evicted":
                await world.Engine.IssueAsync();
                break;
            case "converted":
                // What a conversion does to the other reusable families.
                await world.Engine.Families.DeleteAsync(TokenFamilyFilter.ForUser(Engine.User) with { RotationType = RotationType.NonRotating }, RevocationReason.Migrated);
                break;
            case "pruned":
                // As surplus, by the store itself.
                await world.Engine.Families.RevokeAsync(TokenFamilyFilter.ForUser(Engine.User));
                await world.Store.PruneAsync(world.Engine.Now + TimeSpan.FromTicks(1), 1, CancellationToken.None);
                break;
            default:
                await world.Engine.Families.DeleteAsync(TokenFamilyFilter.ForUser(Engine.User));
                break;
        }

        world.Engine.Time.Advance(TimeSpan.FromDays(13));
        await world.Engine.Families.PruneAsync(world.Engine.Now);
        (await world.Engine.FailAsync(Old)).Should().Be(RejectionReason.Unknown);
        (await world.Engine.Tokens.RevokeAsync(new RevokeRequest { RefreshToken = Old, ClientId = Engine.Client })).Should().Be(RevokeResult.NothingToRevoke);
        (await world.FamiliesAsync()).Should().HaveCount(how == "evicted" ? 1 : 0);
    }

    [Test]
    public async Task Record_of_a_taken_token_goes_when_the_token_has_expired()
    {
        using var world = new World(RotationPolicy.Spa);
        world.Source.ValidUntil = world.Engine.Now + TimeSpan.FromDays(1);
        await world.Engine.SucceedAsync(Old);
        await world.Engine.Families.DeleteAsync(TokenFamilyFilter.ForUser(Engine.User));
        (await world.Engine.Families.PruneAsync(world.Engine.Now)).Should().Be(0);
        world.Engine.Time.Advance(TimeSpan.FromDays(2));
        (await world.Engine.Families.PruneAsync(world.Engine.Now)).Should().Be(1);
    }

    /// <summary>A call that has read that the token is new adds its family after another one was added, taken, and deleted.</summary>
    [Test]
    public async Task Late_add_of_a_taken_token_is_no_second_adoption()
    {
        using var world = new World(RotationPolicy.Spa);
        world.Source.ValidUntil = world.Engine.Now + TimeSpan.FromDays(1);
        var isFirst = true;
        world.Store.Before = async name =>
        {
            if (name == "add" && isFirst)
            {
                isFirst = false;
                world.Engine.Time.Advance(TimeSpan.FromTicks(1));
                await world.Engine.SucceedAsync(Old);
                await world.Engine.Families.DeleteAsync(TokenFamilyFilter.ForUser(Engine.User));
            }
        };

        (await world.Engine.FailAsync(Old)).Should().Be(RejectionReason.Unknown);
        (await world.FamiliesAsync()).Should().BeEmpty();
    }

    [Test]
    public async Task Token_that_the_old_server_uses_meanwhile_is_refused()
    {
        using var world = new World(RotationPolicy.Spa);
        world.Source.OnRetire = () => false;
        (await world.Engine.FailAsync(Old)).Should().Be(RejectionReason.Unknown);
        (await world.FamiliesAsync()).Should().BeEmpty();
        world.Engine.Events.Of<RefreshTokenEvent.Issued>().Should().BeEmpty();
        world.Engine.Events.Of<RefreshTokenEvent.Revoked>().Should().BeEmpty();
        world.Engine.Events.Of<RefreshTokenEvent.Exchanged>().Should().BeEmpty();
    }

    /// <summary>The node stops between its add and the old server's row, and a node that was not upgraded uses the token.</summary>
    [Test]
    public async Task Token_that_the_old_server_uses_between_a_crash_and_the_retry_is_refused()
    {
        using var world = new World(RotationPolicy.Spa);
        world.Source.RetireFault = new IOException("The node is gone.");
        await world.Engine.BreakAsync(Old);
        world.Source.RetireFault = null;
        (world.Source.Grant, world.Source.OnRetire) = (() => null, () => false);
        (await world.Engine.FailAsync(Old)).Should().Be(RejectionReason.Unknown);
        world.Engine.Events.Of<RefreshTokenEvent.Exchanged>().Should().BeEmpty();
    }

    [Test]
    public async Task Replay_is_reuse_though_the_old_server_has_forgotten_the_token()
    {
        using var world = new World(RotationPolicy.Strict);
        await world.Engine.SucceedAsync(Old.ToUpperInvariant());
        world.Source.IsEmpty = true;
        (await world.Engine.FailAsync(Old.ToUpperInvariant())).Should().Be(RejectionReason.ReuseDetected);
    }
}
