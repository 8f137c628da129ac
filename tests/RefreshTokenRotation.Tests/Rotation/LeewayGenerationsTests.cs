using System.Buffers.Binary;
using RefreshTokenRotation.Storage;
using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.Tests.Rotation;

/// <summary>Leeway over several generations: what reaches the one current token, and what does not.</summary>
[TestFixture]
internal sealed class LeewayGenerationsTests
{
    private static readonly TimeSpan Tick = TimeSpan.FromTicks(1);
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);
    private static readonly RotationPolicy Agents = RotationPolicy.Agents;

    [Test]
    public async Task Every_token_inside_its_leeway_gets_the_one_current_token_and_nothing_is_written()
    {
        using var engine = new Engine(Agents);
        var (issued, tokens) = await engine.ChainAsync(5, 10 * Minute);
        var row = await engine.RowAsync(issued);

        for (var back = 1; back <= 5; back++)
        {
            var again = await engine.SucceedAsync(tokens[^(back + 1)]);
            (again.Outcome, again.RefreshToken.Reveal()).Should().Be((ExchangeOutcome.Reissued, tokens[^1].Reveal()));
            var told = engine.Events.Of<RefreshTokenEvent.Exchanged>().Last();
            (told.GenerationsBack, told.Age).Should().Be((back, back * 10 * Minute));
        }

        (await engine.RowAsync(issued)).Should().BeSameAs(row);
        await engine.ExpectAsync(tokens[^1], ExchangeOutcome.Rotated);
    }

    [Test]
    public async Task Each_window_is_that_of_the_tokens_own_replacement_and_over_at_its_own_instant()
    {
        using var engine = new Engine(Agents);
        var (_, tokens) = await engine.ChainAsync(3, 10 * Minute);

        // The first was replaced when the second came, 30 minutes ago.
        engine.Time.Advance((30 * Minute) - Tick);
        await engine.ExpectAsync(tokens[0], ExchangeOutcome.Reissued);
        engine.Time.Advance(Tick);
        await engine.ExpectAsync(tokens[1], ExchangeOutcome.Reissued);

        (await engine.FailAsync(tokens[0])).Should().Be(RejectionReason.ReuseDetected);
        var told = engine.Events.Of<RefreshTokenEvent.ReuseDetected>().Single();
        (told.GenerationsBack, told.Age, told.IsAgeExact).Should().Be((3, Hour, true));
        (await engine.FailAsync(tokens[^1])).Should().Be(RejectionReason.Revoked);
    }

    [TestCase(2)]
    [TestCase(3)]
    [TestCase(32)]
    public async Task Leeway_reaches_as_many_generations_back_as_the_policy_says(int generations)
    {
        using var engine = new Engine(Agents with { LeewayGenerations = generations });
        var (issued, tokens) = await engine.ChainAsync(40, Minute);
        (await engine.RowAsync(issued)).Trail!.Size.Should().Be(9 + (32 * (generations - 1))).And.BeLessThanOrEqualTo(TokenTrail.MaxSize);

        await engine.ExpectAsync(tokens[^(generations + 1)], ExchangeOutcome.Reissued);
        (await engine.FailAsync(tokens[^(generations + 2)])).Should().Be(RejectionReason.ReuseDetected);
        var told = engine.Events.Of<RefreshTokenEvent.ReuseDetected>().Single();
        (told.GenerationsBack, told.Age, told.IsAgeExact).Should().Be((generations + 1, generations * Minute, false), "at least so old as the oldest that is known");
    }

    [Test]
    public async Task One_generation_writes_no_trail_and_the_whole_salt_is_random()
    {
        using var engine = new Engine(RotationPolicy.Spa);
        var (issued, tokens) = await engine.ChainAsync(3, TimeSpan.Zero);
        var row = await engine.RowAsync(issued);

        row.Trail.Should().BeNull();
        row.Salt!.Value.ToArray()[16..].Should().NotEqual(new byte[16]);
        (await engine.FailAsync(tokens[^3])).Should().Be(RejectionReason.ReuseDetected);
        engine.Events.Of<RefreshTokenEvent.ReuseDetected>().Single().Should().Match<RefreshTokenEvent.ReuseDetected>(
            told => told.GenerationsBack == 2 && told.Age == TimeSpan.Zero && !told.IsAgeExact);
    }

    [Test]
    public async Task Trail_names_its_generation_its_floor_and_each_transition_but_the_last()
    {
        using var engine = new Engine(Agents);
        var (issued, _) = await engine.ChainAsync(3, Minute);
        var before = await engine.RowAsync(issued);
        engine.Time.Advance(Minute);

        var bytes = before.Trail!.ToArray();

        bytes[0].Should().Be(1);
        (BinaryPrimitives.ReadUInt32BigEndian(bytes.AsSpan(1)), BinaryPrimitives.ReadUInt32BigEndian(bytes.AsSpan(5))).Should().Be((3, 0));
        bytes.Length.Should().Be(9 + (2 * 32));
        for (var entry = 0; entry < 2; entry++)
        {
            var at = FakeTime.Start + (entry * Minute);
            BinaryPrimitives.ReadInt64BigEndian(bytes.AsSpan(9 + (32 * entry) + 16)).Should().Be(at.UtcTicks);
            BinaryPrimitives.ReadInt64BigEndian(bytes.AsSpan(9 + (32 * entry) + 24)).Should().Be((at + Hour).UtcTicks);
        }

        before.Salt!.Value.ToArray()[16..].Should().Equal(new byte[16]);
    }

    [Test]
    public async Task Write_drops_what_is_over_and_all_before_it()
    {
        using var engine = new Engine(Agents);
        var (issued, tokens) = await engine.ChainAsync(2, Minute);
        engine.Time.Advance(Hour - (2 * Minute));

        // The first was replaced an hour ago, the second a minute later.
        var next = await engine.ExpectAsync(tokens[^1], ExchangeOutcome.Rotated);
        (await engine.RowAsync(issued)).Trail!.ToArray()[5..9].Should().Equal(0, 0, 0, 1);
        await engine.ExpectAsync(tokens[^1], ExchangeOutcome.Reissued);
        (await engine.ExpectAsync(tokens[^2], ExchangeOutcome.Reissued)).Should().Be(next);
        (await engine.FailAsync(tokens[0])).Should().Be(RejectionReason.ReuseDetected);
    }

    [Test]
    public async Task Lowering_acts_at_once_and_raising_reopens_nothing()
    {
        using var engine = new Engine(Agents);
        var (_, tokens) = await engine.ChainAsync(4, Minute);

        engine.Policy = Agents with { LeewayGenerations = 3 };
        await engine.ExpectAsync(tokens[^4], ExchangeOutcome.Reissued);
        engine.Policy = Agents with { Leeway = 3 * Minute, ShadowMode = true };
        (await engine.FailAsync(tokens[^4])).Should().Be(RejectionReason.ReuseDetected);
        engine.Policy = Agents with { LeewayGenerations = 2, ShadowMode = true };
        (await engine.FailAsync(tokens[^4])).Should().Be(RejectionReason.ReuseDetected);
        engine.Policy = Agents with { LeewayGenerations = 1, ShadowMode = true };
        (await engine.FailAsync(tokens[^3])).Should().Be(RejectionReason.ReuseDetected);

        // What a write has cut under a lower bound does not come back.
        engine.Policy = Agents with { LeewayGenerations = 2 };
        var next = await engine.ExpectAsync(tokens[^1], ExchangeOutcome.Rotated);
        engine.Policy = Agents;
        (await engine.ExpectAsync(tokens[^2], ExchangeOutcome.Reissued)).Should().Be(next);
        (await engine.FailAsync(tokens[^3])).Should().Be(RejectionReason.ReuseDetected);
    }

    [Test]
    public async Task Rotation_under_one_generation_ends_the_trail_and_a_later_one_begins_anew()
    {
        using var engine = new Engine(Agents);
        var (issued, tokens) = await engine.ChainAsync(3, Minute);

        engine.Policy = Agents with { LeewayGenerations = 1 };
        tokens.Add(await engine.ExpectAsync(tokens[^1], ExchangeOutcome.Rotated));
        (await engine.RowAsync(issued)).Trail.Should().BeNull();
        engine.Policy = Agents;
        tokens.Add(await engine.ExpectAsync(tokens[^1], ExchangeOutcome.Rotated));
        tokens.Add(await engine.ExpectAsync(tokens[^1], ExchangeOutcome.Rotated));

        (await engine.RowAsync(issued)).Trail!.ToArray()[5..9].Should().Equal(0, 0, 0, 4);
        await engine.ExpectAsync(tokens[^3], ExchangeOutcome.Reissued);
        (await engine.FailAsync(tokens[^4])).Should().Be(RejectionReason.ReuseDetected);
    }
}
