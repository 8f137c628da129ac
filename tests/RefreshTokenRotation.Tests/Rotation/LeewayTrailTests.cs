using RefreshTokenRotation.Storage;
using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.Tests.Rotation;

/// <summary>The trail among everything else: spoilt ones, recovery, conversions, revocations, clocks.</summary>
[TestFixture]
internal sealed class LeewayTrailTests
{
    private static readonly TimeSpan Tick = TimeSpan.FromTicks(1);
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);
    private static readonly RotationPolicy Agents = RotationPolicy.Agents;

    [TestCase("of an earlier generation")]
    [TestCase("cut")]
    [TestCase("too long")]
    [TestCase("of a later version")]
    [TestCase("with a floor above")]
    [TestCase("without a salt beside it")]
    public async Task Trail_that_does_not_belong_to_the_row_counts_as_absent(string trail)
    {
        using var engine = new Engine(Agents);
        var (issued, tokens) = await engine.ChainAsync(3, Minute);
        var row = await engine.RowAsync(issued);
        var without = trail == "without a salt beside it";
        await engine.Store.SwapAsync(row with { Version = row.Version + 1, Trail = new TokenTrail(Spoil(row.Trail!.ToArray(), trail)), Salt = without ? null : row.Salt });

        if (!without)
        {
            await engine.ExpectAsync(tokens[^2], ExchangeOutcome.Reissued);
        }

        var next = await engine.ExpectAsync(tokens[^1], ExchangeOutcome.Rotated);
        (await engine.RowAsync(issued)).Trail!.ToArray()[5..9].Should().Equal(0, 0, 0, 3);
        (await engine.ExpectAsync(tokens[^1], ExchangeOutcome.Reissued)).Should().Be(next);
        (await engine.FailAsync(tokens[^2])).Should().Be(RejectionReason.ReuseDetected);
    }

    [Test]
    public async Task Recovery_displaces_the_lost_token_and_nothing_older_leads_past_it()
    {
        using var engine = new Engine(Agents with { RecoveryWindow = TimeSpan.FromDays(1) });
        var (_, tokens) = await engine.ChainAsync(3, Minute);
        engine.Time.Advance(Hour);

        // The current one was lost; the one before recovers, and is reached by the trail from then on, though it claims an older generation.
        var recovered = await engine.ExpectAsync(tokens[^2], ExchangeOutcome.Recovered);
        var next = await engine.ExpectAsync(recovered, ExchangeOutcome.Rotated);
        (await engine.ExpectAsync(tokens[^2], ExchangeOutcome.Reissued)).Should().Be(next);
        engine.Policy = engine.Policy with { ShadowMode = true };
        (await engine.FailAsync(tokens[^1])).Should().Be(RejectionReason.ReuseDetected, "it was displaced");
        (await engine.FailAsync(tokens[^3])).Should().Be(RejectionReason.ReuseDetected);
    }

    [Test]
    public async Task Earlier_token_is_never_recovered()
    {
        using var engine = new Engine(Agents);
        var issued = await engine.IssueBoundAsync("key");
        var first = await engine.SucceedAsync(Requests.For(issued.RefreshToken, key: "key"));
        engine.Time.Advance(Minute);
        await engine.SucceedAsync(Requests.For(first.RefreshToken, key: "key"));
        engine.Time.Advance(Hour);

        engine.Policy = Agents with { ShadowMode = true };
        (await engine.FailAsync(Requests.For(issued.RefreshToken, key: "key"))).Should().Be(RejectionReason.ReuseDetected);
        engine.Events.Of<RefreshTokenEvent.ReuseDetected>().Single().WouldRecover.Should().BeFalse();
        engine.Policy = Agents;
        (await engine.SucceedAsync(Requests.For(first.RefreshToken, key: "key"))).Outcome.Should().Be(ExchangeOutcome.Recovered);
    }

    [Test]
    public async Task Wrong_scope_is_refused_inside_and_hides_no_replay_outside()
    {
        using var engine = new Engine(Agents);
        var (issued, tokens) = await engine.ChainAsync(3, Minute);

        (await engine.FailAsync(Requests.For(tokens[^3], scopes: ["admin"]))).Should().Be(RejectionReason.InvalidScope);
        (await engine.RowAsync(issued)).RevokedAt.Should().BeNull();
        engine.Time.Advance(Hour);
        (await engine.FailAsync(Requests.For(tokens[^3], scopes: ["admin"]))).Should().Be(RejectionReason.ReuseDetected);
    }

    [Test]
    public async Task Conversions_keep_the_trail()
    {
        using var engine = new Engine(Agents);
        var (_, tokens) = await engine.ChainAsync(2, Minute);

        engine.Policy = Agents with { RotationType = RotationType.NonRotating };
        tokens.Add(await engine.ExpectAsync(tokens[^1], ExchangeOutcome.ConvertedToNonRotating));
        (await engine.ExpectAsync(tokens[0], ExchangeOutcome.Reissued)).Should().Be(tokens[^1]);
        (await engine.ExpectAsync(tokens[^1], ExchangeOutcome.Used)).Should().Be(tokens[^1]);
        (await engine.ExpectAsync(tokens[1], ExchangeOutcome.Reissued)).Should().Be(tokens[^1]);
        engine.Policy = Agents;
        tokens.Add(await engine.ExpectAsync(tokens[^1], ExchangeOutcome.ConvertedToRotating));
        (await engine.ExpectAsync(tokens[0], ExchangeOutcome.Reissued)).Should().Be(tokens[^1]);
    }

    [Test]
    public async Task Revocation_clears_the_trail_and_no_token_leads_anywhere()
    {
        using var engine = new Engine(Agents);
        var (issued, tokens) = await engine.ChainAsync(3, Minute);
        (await engine.RowAsync(issued)).Trail.Should().NotBeNull();

        await engine.Families.RevokeAsync(TokenFamilyFilter.ForFamily(issued.Family.FamilyId), RevocationReason.User);

        (await engine.RowAsync(issued)).Should().Match<TokenFamily>(row => row.Trail == null && row.Salt == null);
        (await engine.FailAsync(tokens[^3])).Should().Be(RejectionReason.Revoked);
    }

    [Test]
    public async Task Introspection_says_inactive_of_an_earlier_token_and_revocation_by_it_ends_the_family()
    {
        using var engine = new Engine(Agents);
        var (issued, tokens) = await engine.ChainAsync(3, Minute);

        (await engine.Tokens.IntrospectAsync(new IntrospectRequest { RefreshToken = tokens[^3] })).Should().Be(IntrospectResult.Inactive.Instance);
        (await engine.RowAsync(issued)).RevokedAt.Should().BeNull();
        (await engine.Tokens.RevokeAsync(new RevokeRequest { RefreshToken = tokens[^3], ClientId = Engine.Client })).Should().Be(RevokeResult.Revoked);
    }

    [Test]
    public async Task Clock_that_went_back_counts_as_one_that_stood_still_for_a_minute()
    {
        using var engine = new Engine(Agents with { ShadowMode = true });
        var (_, tokens) = await engine.ChainAsync(3, TimeSpan.Zero);

        engine.Time.Set(engine.Now - Minute);
        await engine.ExpectAsync(tokens[^3], ExchangeOutcome.Reissued);
        engine.Time.Set(engine.Now - Tick);
        (await engine.FailAsync(tokens[^3])).Should().Be(RejectionReason.ReuseDetected);
    }

    private static byte[] Spoil(byte[] bytes, string how) => how switch
    {
        "of an earlier generation" => [1, 0, 0, 0, 2, .. bytes[5..]],
        "cut" => bytes[..^1],
        "too long" => [.. bytes, 0],
        "of a later version" => [2, .. bytes[1..]],
        "with a floor above" => [.. bytes[..5], 0, 0, 0, 3, .. bytes[9..]],
        _ => bytes,
    };
}
