using RefreshTokenRotation.Storage;
using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.Tests.Rotation;

/// <summary>Row 14: an invalidated token ends its family, and the revocation outlives whatever happens to the request.</summary>
[TestFixture]
internal sealed class ReuseTests
{
    [Test]
    public async Task Reuse_ends_the_family_and_tells_how_old_the_token_was()
    {
        using var engine = new Engine();
        var issued = await engine.IssueAsync();
        var token = issued.RefreshToken;
        for (var i = 0; i < 5; i++)
        {
            token = await engine.ExpectAsync(token, ExchangeOutcome.Rotated);
        }

        engine.Time.Advance(TimeSpan.FromMinutes(1));
        var before = await engine.RowAsync(issued);
        var thief = new DeviceInfo { Name = "thief" };
        (await engine.FailAsync(Requests.For(issued.RefreshToken, device: thief))).Should().Be(RejectionReason.ReuseDetected);

        (await engine.RowAsync(issued)).Should().Be(
            before with { Version = before.Version + 1, RevokedAt = engine.Now, RevocationReason = RevocationReason.ReuseDetected, Salt = null });
        var told = engine.Events.Of<RefreshTokenEvent.ReuseDetected>().Single();
        (told.PresentedGeneration, told.Family!.Generation, told.FamilyRevoked, told.WouldRecover).Should().Be((0, 5, true, false));
        (told.Device, told.IsSecurityEvent, told.OccurredAt).Should().Be((thief, true, engine.Now));
        told.Family.RevokedAt.Should().Be(engine.Now);
        (await engine.FailAsync(token)).Should().Be(RejectionReason.Revoked);
    }

    [Test]
    public async Task Reuse_clears_the_salt()
    {
        using var engine = new Engine(RotationPolicy.Spa);
        var issued = await engine.IssueAsync();
        var second = await engine.SucceedAsync(issued.RefreshToken);
        await engine.SucceedAsync(second.RefreshToken);
        (await engine.RowAsync(issued)).Salt.Should().NotBeNull();

        await engine.FailAsync(issued.RefreshToken);

        (await engine.RowAsync(issued)).Salt.Should().BeNull();
    }

    [Test]
    public async Task Reuse_ends_no_other_family()
    {
        using var engine = new Engine();
        var stolen = await engine.IssueAsync();
        var other = await engine.IssueAsync();
        await engine.SucceedAsync(stolen.RefreshToken);

        await engine.FailAsync(stolen.RefreshToken);

        await engine.ExpectAsync(other.RefreshToken, ExchangeOutcome.Rotated);
        engine.Events.Of<RefreshTokenEvent.Revoked>().Should().BeEmpty();
    }

    [Test]
    public async Task Shadow_mode_refuses_tells_and_revokes_nothing()
    {
        var store = new ScriptedStore();
        using var engine = new Engine(RotationPolicy.Strict with { ShadowMode = true, ReuseResponse = ReuseResponse.User }, store);
        var issued = await engine.IssueAsync();
        var other = await engine.IssueAsync();
        var current = await engine.SucceedAsync(issued.RefreshToken);
        var before = await engine.RowAsync(issued);
        store.Reset();

        (await engine.FailAsync(issued.RefreshToken)).Should().Be(RejectionReason.ReuseDetected);
        (await engine.FailAsync(issued.RefreshToken)).Should().Be(RejectionReason.ReuseDetected);

        (store.Swaps, store.Revocations).Should().Be((0, 0));
        (await engine.RowAsync(issued)).Should().BeSameAs(before);
        engine.Events.Of<RefreshTokenEvent.ReuseDetected>().Should().HaveCount(2).And.OnlyContain(e => !e.FamilyRevoked && !e.WouldRecover);
        await engine.ExpectAsync(current.RefreshToken, ExchangeOutcome.Rotated);
        await engine.ExpectAsync(other.RefreshToken, ExchangeOutcome.Rotated);
    }

    [Test]
    public async Task Revocation_is_committed_though_the_caller_gave_up()
    {
        using var cancellation = new CancellationTokenSource();
        var store = new ScriptedStore();
        using var engine = new Engine(store: store);
        var issued = await engine.IssueAsync();
        await engine.SucceedAsync(issued.RefreshToken);
        store.Reset();

        // The caller gives up before the first attempt, which then meets a conflict.
        store.OnSwap = (call, _) =>
        {
            cancellation.Cancel();
            return Task.FromResult(call == 1 ? SwapFault.ConflictWithoutWrite : SwapFault.None);
        };
        var result = await engine.ExchangeAsync(Requests.For(issued.RefreshToken), cancellation.Token);

        result.Should().BeOfType<ExchangeResult.Rejected>().Which.Reason.Should().Be(RejectionReason.ReuseDetected);
        (await engine.RowAsync(issued)).RevocationReason.Should().Be(RevocationReason.ReuseDetected);
    }

    [Test]
    public async Task Revocation_is_not_stopped_by_the_bound_on_retries()
    {
        var store = new ScriptedStore();
        using var engine = new Engine(store: store);
        var issued = await engine.IssueAsync();
        await engine.SucceedAsync(issued.RefreshToken);
        store.Reset();
        store.FailSwaps([.. Enumerable.Repeat(SwapFault.ConflictWithoutWrite, 50)]);

        (await engine.FailAsync(issued.RefreshToken)).Should().Be(RejectionReason.ReuseDetected);

        store.Swaps.Should().Be(51);
        (await engine.RowAsync(issued)).RevokedAt.Should().NotBeNull();
        engine.Events.Of<RefreshTokenEvent.ReuseDetected>().Should().ContainSingle();
    }

    [Test]
    public async Task Revocation_outlasts_other_writers()
    {
        var store = new ScriptedStore();
        using var engine = new Engine(store: store);
        var issued = await engine.IssueAsync();
        await engine.SucceedAsync(issued.RefreshToken);
        store.Reset();
        var writes = 0;
        store.OnSwap = async (_, row) =>
        {
            if (row.RevokedAt is not null && writes++ < 50)
            {
                await engine.Families.SetMetadataAsync(issued.Family.FamilyId, new Dictionary<string, string> { ["n"] = $"{writes}" });
            }

            return SwapFault.None;
        };

        (await engine.FailAsync(issued.RefreshToken)).Should().Be(RejectionReason.ReuseDetected);

        var row = await engine.RowAsync(issued);
        (row.RevocationReason, row.Metadata["n"]).Should().Be((RevocationReason.ReuseDetected, "50"));
    }

    [TestCase(SwapFault.ThrowBeforeWrite, RejectionReason.ReuseDetected)]
    [TestCase(SwapFault.ThrowAfterWrite, RejectionReason.Revoked)]
    public async Task Store_that_fails_is_an_outage_and_the_next_presentation_detects(SwapFault fault, RejectionReason expected)
    {
        var store = new ScriptedStore();
        using var engine = new Engine(store: store);
        var issued = await engine.IssueAsync();
        await engine.SucceedAsync(issued.RefreshToken);
        store.Reset();
        store.OnSwap = (_, _) => Task.FromResult(fault);
        store.OnFind = (call, row) => call == 1 ? Task.FromResult(row) : throw new IOException("down");

        await engine.BreakAsync(issued.RefreshToken);
        store.Reset();

        (await engine.FailAsync(issued.RefreshToken)).Should().Be(expected);
        (await engine.RowAsync(issued)).RevocationReason.Should().Be(RevocationReason.ReuseDetected);
    }

    [TestCase(SwapFault.ThrowAfterWrite)]
    [TestCase(SwapFault.ConflictThoughWritten)]
    public async Task Call_that_finds_its_own_revocation_answers_and_tells_as_reuse(SwapFault fault)
    {
        var store = new ScriptedStore();
        using var engine = new Engine(store: store);
        var issued = await engine.IssueAsync();
        await engine.SucceedAsync(issued.RefreshToken);
        store.Reset();
        store.FailSwaps(fault);

        (await engine.FailAsync(issued.RefreshToken)).Should().Be(RejectionReason.ReuseDetected);

        engine.Events.Of<RefreshTokenEvent.ReuseDetected>().Should().ContainSingle().Which.FamilyRevoked.Should().BeTrue();
        engine.Events.Of<RefreshTokenEvent.Rejected>().Should().BeEmpty();
    }

    [Test]
    public async Task Call_that_decided_reuse_and_finds_the_family_revoked_by_another_answers_as_reuse()
    {
        var store = new ScriptedStore();
        using var engine = new Engine(store: store);
        var issued = await engine.IssueAsync();
        await engine.SucceedAsync(issued.RefreshToken);
        store.Reset();
        store.Overtake(async () => await engine.Families.RevokeAsync(TokenFamilyFilter.ForUser(Engine.User)));

        (await engine.FailAsync(issued.RefreshToken)).Should().Be(RejectionReason.ReuseDetected);

        (await engine.RowAsync(issued)).RevocationReason.Should().Be(RevocationReason.Administrator);
        engine.Events.Of<RefreshTokenEvent.ReuseDetected>().Should().ContainSingle();
    }

    [Test]
    public async Task Stale_read_never_revokes()
    {
        var store = new ScriptedStore();
        using var engine = new Engine(store: store);
        var issued = await engine.IssueAsync();
        var stale = await engine.RowAsync(issued);
        var current = await engine.SucceedAsync(issued.RefreshToken);
        store.Reset();

        store.OnFind = (call, row) => Task.FromResult(call == 1 ? stale : row);
        await engine.ExpectAsync(current.RefreshToken, ExchangeOutcome.Rotated);

        store.Reset();
        store.OnFind = (_, _) => Task.FromResult<TokenFamily?>(stale);
        await engine.BreakAsync(current.RefreshToken);
        (await engine.RowAsync(issued)).RevokedAt.Should().BeNull();
    }
}
