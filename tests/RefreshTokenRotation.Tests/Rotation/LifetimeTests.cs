using RefreshTokenRotation.Storage;
using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.Tests.Rotation;

/// <summary>Absolute and idle expiry, by each row that writes: 8 to 11 and 13.</summary>
[TestFixture]
internal sealed class LifetimeTests
{
    private static readonly TimeSpan Absolute = TimeSpan.FromDays(30);
    private static readonly TimeSpan Idle = TimeSpan.FromDays(15);
    private static readonly RotationPolicy Expiring = RotationPolicy.Mobile;
    private static readonly RotationPolicy NonExpiring = Expiring with { ExpirationType = ExpirationType.NonExpiring };

    // The rows that write, by the policy of the log-in, that of the exchange, and whether a lost response is presented.
    private static readonly ExchangeOutcome[] Writes =
    [
        ExchangeOutcome.Rotated, ExchangeOutcome.Used, ExchangeOutcome.ConvertedToRotating, ExchangeOutcome.ConvertedToNonRotating, ExchangeOutcome.Recovered,
    ];

    [TestCaseSource(nameof(Writes))]
    public async Task Absolute_expiry_never_moves_once_it_is_set(ExchangeOutcome outcome)
    {
        var (row, _, _) = await WriteAsync(outcome, Expiring, Expiring with { AbsoluteLifetime = TimeSpan.FromDays(80) });
        row.AbsoluteExpiresAt.Should().Be(FakeTime.Start + Absolute);

        (row, _, _) = await WriteAsync(outcome, Expiring, Expiring with { AbsoluteLifetime = TimeSpan.FromDays(20) });
        row.AbsoluteExpiresAt.Should().Be(FakeTime.Start + Absolute);

        (row, _, _) = await WriteAsync(outcome, Expiring, NonExpiring);
        row.AbsoluteExpiresAt.Should().Be(FakeTime.Start + Absolute);
    }

    [TestCaseSource(nameof(Writes))]
    public async Task Family_without_expiry_gets_one_counted_from_its_next_write(ExchangeOutcome outcome)
    {
        var (row, _, now) = await WriteAsync(outcome, NonExpiring, Expiring);

        row.AbsoluteExpiresAt.Should().Be(now + Absolute);
        row.IdleExpiresAt.Should().Be(now + Idle);
        row.LastUsedAt.Should().Be(now);
    }

    [TestCaseSource(nameof(Writes))]
    public async Task Idle_expiry_follows_the_policy_of_today(ExchangeOutcome outcome)
    {
        var (row, before, now) = await WriteAsync(outcome, Expiring, Expiring with { IdleLifetime = TimeSpan.FromDays(3) });
        before.IdleExpiresAt.Should().NotBeNull();
        row.IdleExpiresAt.Should().Be(now + TimeSpan.FromDays(3));

        (row, _, _) = await WriteAsync(outcome, Expiring, Expiring with { IdleLifetime = null });
        row.IdleExpiresAt.Should().BeNull();

        (row, _, _) = await WriteAsync(outcome, Expiring, Expiring with { InfiniteIdleLifetime = true });
        row.IdleExpiresAt.Should().BeNull();

        (row, _, _) = await WriteAsync(outcome, Expiring, NonExpiring);
        row.IdleExpiresAt.Should().BeNull();
    }

    [TestCaseSource(nameof(Writes))]
    public async Task Idle_expiry_never_passes_the_absolute_one(ExchangeOutcome outcome)
    {
        var (row, _, now) = await WriteAsync(outcome, Expiring, Expiring with { AbsoluteLifetime = TimeSpan.FromDays(60), IdleLifetime = TimeSpan.FromDays(60) });

        (now + TimeSpan.FromDays(60)).Should().BeAfter(FakeTime.Start + Absolute);
        row.IdleExpiresAt.Should().Be(FakeTime.Start + Absolute);
    }

    [TestCaseSource(nameof(Writes))]
    public async Task Infinite_absolute_lifetime_sets_none_and_keeps_one_that_is_set(ExchangeOutcome outcome)
    {
        var infinite = Expiring with { InfiniteAbsoluteLifetime = true };

        var (row, _, now) = await WriteAsync(outcome, NonExpiring, infinite);
        (row.AbsoluteExpiresAt, row.IdleExpiresAt).Should().Be((null, now + Idle));

        (row, _, _) = await WriteAsync(outcome, Expiring, infinite);
        row.AbsoluteExpiresAt.Should().Be(FakeTime.Start + Absolute);
    }

    [Test]
    public async Task Log_in_sets_both_and_bounds_idle()
    {
        using var engine = new Engine(Expiring with { AbsoluteLifetime = TimeSpan.FromDays(10), IdleLifetime = TimeSpan.FromDays(10) });
        var issued = await engine.IssueAsync();

        issued.Family.AbsoluteExpiresAt.Should().Be(FakeTime.Start + TimeSpan.FromDays(10));
        issued.Family.IdleExpiresAt.Should().Be(FakeTime.Start + TimeSpan.FromDays(10));
        issued.Family.LastUsedAt.Should().BeNull();
    }

    [Test]
    public async Task Family_that_rotates_to_its_absolute_end_is_over_there()
    {
        using var engine = new Engine(Expiring);
        var token = (await engine.IssueAsync()).RefreshToken;
        for (var day = 1; day < 30; day++)
        {
            engine.Time.Advance(TimeSpan.FromDays(1));
            token = await engine.ExpectAsync(token, ExchangeOutcome.Rotated);
        }

        engine.Time.Set(FakeTime.Start + Absolute);
        (await engine.FailAsync(token)).Should().Be(RejectionReason.Expired);
    }

    [Test]
    public async Task Reusable_token_that_does_not_expire_is_never_written()
    {
        var store = new ScriptedStore();
        using var engine = new Engine(NonExpiring with { RotationType = RotationType.NonRotating }, store);
        var issued = await engine.IssueAsync();
        var before = await engine.RowAsync(issued);
        engine.Time.Advance(TimeSpan.FromDays(400));

        var used = await engine.SucceedAsync(Requests.For(issued.RefreshToken, device: new DeviceInfo { Name = "phone" }));

        used.RefreshToken.Should().Be(issued.RefreshToken);
        store.Swaps.Should().Be(0);
        (await engine.RowAsync(issued)).Should().BeSameAs(before);
        (before.LastUsedAt, before.LastDevice).Should().Be((null, null));
    }

    [Test]
    public async Task First_use_of_a_generation_that_does_not_expire_writes_only_the_end_of_recovery()
    {
        var store = new ScriptedStore();
        using var engine = new Engine(NonExpiring, store);
        var issued = await engine.IssueAsync();
        engine.Policy = NonExpiring with { RotationType = RotationType.NonRotating };
        var reusable = await engine.ExpectAsync(issued.RefreshToken, ExchangeOutcome.ConvertedToNonRotating);
        var before = await engine.RowAsync(issued);
        before.RecoverUntil.Should().NotBeNull();
        engine.Time.Advance(TimeSpan.FromSeconds(2));
        store.Reset();

        await engine.SucceedAsync(Requests.For(reusable, device: new DeviceInfo { Name = "phone" }));
        await engine.ExpectAsync(reusable, ExchangeOutcome.Used);

        store.Swaps.Should().Be(1);
        (await engine.RowAsync(issued)).Should().Be(before with { Version = before.Version + 1, RecoverUntil = null });
        await engine.ExpectAsync(issued.RefreshToken, ExchangeOutcome.Reissued);
    }

    [Test]
    public async Task Rotation_of_a_family_that_does_not_expire_records_no_use_until_it_does()
    {
        using var engine = new Engine(NonExpiring);
        var phone = new DeviceInfo { Name = "phone" };
        var issued = await engine.IssueAsync();

        var rotated = await engine.SucceedAsync(Requests.For(issued.RefreshToken, device: phone));
        (rotated.Family.LastUsedAt, rotated.Family.LastDevice).Should().Be((null, null));

        engine.Policy = RotationPolicy.Strict;
        var expiring = await engine.SucceedAsync(Requests.For(rotated.RefreshToken, device: phone));
        (expiring.Family.LastUsedAt, expiring.Family.LastDevice).Should().Be((engine.Now, phone));
    }

    [Test]
    public async Task Use_of_an_expiring_token_renews_idle_expiry_last_use_and_device()
    {
        using var engine = new Engine(RotationPolicy.Fapi);
        var issued = await engine.IssueAsync();
        engine.Time.Advance(TimeSpan.FromDays(1));
        var before = await engine.RowAsync(issued);
        var phone = new DeviceInfo { Name = "phone" };

        await engine.SucceedAsync(Requests.For(issued.RefreshToken, device: phone));
        var row = await engine.RowAsync(issued);
        row.Should().Be(before with { Version = 2, LastUsedAt = engine.Now, LastDevice = phone, IdleExpiresAt = engine.Now + Idle });

        engine.Time.Advance(TimeSpan.FromDays(1));
        await engine.ExpectAsync(issued.RefreshToken, ExchangeOutcome.Used);
        (await engine.RowAsync(issued)).LastDevice.Should().Be(phone, "a call without a device keeps what was known");
    }

    [Test]
    public async Task Rotation_keeps_the_first_device_and_records_the_last()
    {
        using var engine = new Engine();
        var (laptop, phone) = (new DeviceInfo { Name = "laptop" }, new DeviceInfo { Name = "phone" });
        var issued = await engine.IssueAsync(new IssueRequest { Subject = Engine.User, ClientId = Engine.Client, Device = laptop });

        var rotated = await engine.SucceedAsync(Requests.For(issued.RefreshToken, device: phone));
        await engine.SucceedAsync(rotated.RefreshToken);

        var row = await engine.RowAsync(issued);
        (row.Grant.FirstDevice, row.LastDevice).Should().Be((laptop, phone));
    }

    private static async Task<(TokenFamily Row, TokenFamily Before, DateTimeOffset Now)> WriteAsync(
        ExchangeOutcome outcome, RotationPolicy atLogIn, RotationPolicy today)
    {
        var rotating = outcome is ExchangeOutcome.Rotated or ExchangeOutcome.ConvertedToNonRotating or ExchangeOutcome.Recovered;
        var toRotating = outcome is ExchangeOutcome.Rotated or ExchangeOutcome.ConvertedToRotating or ExchangeOutcome.Recovered;
        using var engine = new Engine(Typed(atLogIn, rotating));
        var issued = await engine.IssueAsync();
        if (outcome == ExchangeOutcome.Recovered)
        {
            await engine.SucceedAsync(issued.RefreshToken);
        }

        var before = await engine.RowAsync(issued);
        engine.Policy = Typed(today, toRotating);
        engine.Time.Advance(TimeSpan.FromHours(1));
        await engine.ExpectAsync(issued.RefreshToken, outcome);
        return (await engine.RowAsync(issued), before, engine.Now);
    }

    private static RotationPolicy Typed(RotationPolicy policy, bool rotating) =>
        policy with { RotationType = rotating ? RotationType.Rotating : RotationType.NonRotating };
}
