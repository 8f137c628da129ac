using RefreshTokenRotation.Jwt.Tests.Support;
using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.Jwt.Tests;

/// <summary>A rotation of keys, as the README tells it: published, active, retired, gone.</summary>
[TestFixture]
internal sealed class KeyTimelineTests
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);
    private static readonly TimeSpan Tick = TimeSpan.FromTicks(1);

    private static readonly SigningKey Old = Keys.Ec with { ValidUntil = FakeTime.Start + (12 * Hour) };
    private static readonly SigningKey New = Keys.Rsa with { ActivatesAt = FakeTime.Start + (10 * Hour) };

    [Test]
    public async Task Newest_key_signs_from_its_own_instant_on()
    {
        await using var issuing = new Issuing(keys: [New, Old]);

        issuing.Time.Advance((10 * Hour) - Tick);
        (await SignerAsync(issuing)).Should().Be(Old.KeyId);
        issuing.Time.Advance(Tick);
        (await SignerAsync(issuing)).Should().Be(New.KeyId);
    }

    [Test]
    public async Task Key_is_published_before_it_signs_and_as_long_as_it_validates()
    {
        await using var issuing = new Issuing(keys: [Old, New]);

        (await PublishedAsync(issuing)).Should().Equal(Old.KeyId, New.KeyId);
        issuing.Time.Advance((12 * Hour) - Tick);
        (await PublishedAsync(issuing)).Should().Equal(Old.KeyId, New.KeyId);
        issuing.Time.Advance(Tick);
        (await PublishedAsync(issuing)).Should().Equal(New.KeyId);
    }

    [Test]
    public async Task Token_of_a_superseded_key_is_valid_until_the_key_is_not()
    {
        await using var issuing = new Issuing(options => options.AccessTokenLifetime = 5 * Hour, keys: [Old, New]);
        issuing.Time.Advance((10 * Hour) - Tick);
        var token = (await issuing.IssueAsync()).Value;

        issuing.Time.Advance(2 * Hour);
        (await issuing.ValidateAsync(token)).Should().NotBeNull();
        issuing.Time.Advance(Tick);
        (await issuing.ValidateAsync(token)).Should().BeNull();
    }

    [Test]
    public async Task Retired_key_leaves_the_signing_to_an_older_one()
    {
        await using var issuing = new Issuing(keys: [Old, Keys.Rsa with { ActivatesAt = FakeTime.Start, RetiresAt = FakeTime.Start + Hour }]);

        (await SignerAsync(issuing)).Should().Be(Keys.Rsa.KeyId);
        issuing.Time.Advance(Hour);
        (await SignerAsync(issuing)).Should().Be(Old.KeyId);
        (await PublishedAsync(issuing)).Should().HaveCount(2, "it still validates");
    }

    [Test]
    public async Task No_active_key_refuses_to_issue_and_goes_on_reading()
    {
        await using var issuing = new Issuing(keys: [Keys.Ec with { RetiresAt = FakeTime.Start + Hour }]);
        issuing.Time.Advance(Hour - TimeSpan.FromSeconds(1));
        var token = (await issuing.IssueAsync()).Value;
        issuing.Time.Advance(TimeSpan.FromSeconds(1));

        await issuing.Awaiting(it => it.IssueAsync()).Should().ThrowAsync<InvalidOperationException>().WithMessage("*No signing key is active*");
        (await issuing.ValidateAsync(token)).Should().NotBeNull();
    }

    [Test]
    public async Task Key_that_has_not_activated_here_validates_already()
    {
        await using var ahead = new Issuing(keys: [New]);
        await using var behind = new Issuing(keys: [Old, New]);
        ahead.Time.Advance(10 * Hour);
        behind.Time.Advance((10 * Hour) - TimeSpan.FromSeconds(2));

        (await behind.ValidateAsync((await ahead.IssueAsync()).Value)).Should().NotBeNull("the clocks of two nodes differ");
    }

    [Test]
    public async Task Of_two_keys_with_one_time_every_node_takes_the_same()
    {
        await using var one = new Issuing(keys: [Keys.Ec, Keys.Rsa, Keys.Pss]);
        await using var two = new Issuing(keys: [Keys.Pss, Keys.Rsa, Keys.Ec]);

        var greatest = new[] { Keys.Ec.KeyId, Keys.Rsa.KeyId, Keys.Pss.KeyId }.Max(StringComparer.Ordinal);
        (await SignerAsync(one)).Should().Be(greatest);
        (await SignerAsync(two)).Should().Be(greatest);
    }

    [Test]
    public async Task Clock_set_back_brings_the_former_key_back()
    {
        await using var issuing = new Issuing(keys: [Old, New]);
        issuing.Time.Advance(10 * Hour);
        (await SignerAsync(issuing)).Should().Be(New.KeyId);

        issuing.Time.Set(FakeTime.Start + (9 * Hour));

        (await SignerAsync(issuing)).Should().Be(Old.KeyId);
    }

    private static async Task<string> SignerAsync(Issuing issuing) =>
        (await issuing.AccessAsync()).Header.GetProperty("kid").GetString()!;

    private static async Task<IReadOnlyList<string>> PublishedAsync(Issuing issuing)
    {
        using var set = System.Text.Json.JsonDocument.Parse(await issuing.KeySetAsync());
        return [.. set.RootElement.GetProperty("keys").EnumerateArray().Select(key => key.GetProperty("kid").GetString()!)];
    }
}
