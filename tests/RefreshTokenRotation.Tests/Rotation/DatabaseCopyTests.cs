using System.Security.Cryptography;
using RefreshTokenRotation.Rotation;
using RefreshTokenRotation.Storage;
using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.Tests.Rotation;

/// <summary>The drill of <c>docs/security-events.md</c>: a copy of the database leaked. What it is worth by policy, and what ends it.</summary>
[TestFixture]
internal sealed class DatabaseCopyTests
{
    [TestCase(0)]
    [TestCase(10)]
    public async Task Row_alone_makes_no_token(int leeway)
    {
        using var engine = new Engine(RotationPolicy.Strict with { Leeway = TimeSpan.FromSeconds(leeway) });
        var issued = await engine.IssueAsync();
        var current = (await engine.SucceedAsync(issued.RefreshToken)).RefreshToken;
        var row = await engine.RowAsync(issued.Family.FamilyId);

        // Whatever of the row stands for the secret, no lookup finds a family: the row holds only the selector's hash.
        foreach (var secret in new[] { row.SecretHash, row.Salt ?? row.SecretHash, row.Grant.LookupKey })
        {
            foreach (var selector in new[] { row.Grant.LookupKey, row.SecretHash })
            {
                var guess = TokenFormat.Create("rtr_", row.Generation, secret.ToArray(), selector.ToArray().AsSpan(0, TokenFormat.SelectorLength));
                (await engine.FailAsync(guess)).Should().Be(RejectionReason.Unknown);
            }
        }

        (await engine.SucceedAsync(current)).Outcome.Should().Be(ExchangeOutcome.Rotated, "nothing of it has harmed the family");
    }

    [Test]
    public async Task Without_leeway_an_old_token_and_the_row_make_no_current_token()
    {
        using var engine = new Engine(RotationPolicy.Strict);
        var issued = await engine.IssueAsync();
        await engine.SucceedAsync(issued.RefreshToken);

        (await engine.RowAsync(issued.Family.FamilyId)).Salt.Should().BeNull();
    }

    [Test]
    public async Task With_leeway_an_old_token_and_the_row_make_the_current_one_until_the_drill_is_run()
    {
        using var engine = new Engine(RotationPolicy.Spa);
        var issued = await engine.IssueAsync();
        await engine.SucceedAsync(issued.RefreshToken);
        var copied = await engine.RowAsync(issued.Family.FamilyId);
        var derived = Derive(issued.RefreshToken, copied);
        var leakedAt = engine.Now;
        engine.Time.Advance(TimeSpan.FromHours(1));
        var later = await engine.IssueAsync();

        // The drill: everything that began before the leak, of the whole tenant.
        var ended = await engine.Families.RevokeAsync(TokenFamilyFilter.ForTenant(string.Empty) with { CreatedNoLaterThan = leakedAt });

        ended.Should().Be(1);
        (await engine.FailAsync(derived)).Should().Be(RejectionReason.Revoked);
        (await engine.SucceedAsync(later.RefreshToken)).Outcome.Should().Be(ExchangeOutcome.Rotated, "who logged in since goes on");
        (await engine.RowAsync(issued.Family.FamilyId)).Salt.Should().BeNull();
    }

    [Test]
    public async Task Derived_token_is_the_real_one_before_the_drill()
    {
        using var engine = new Engine(RotationPolicy.Spa);
        var issued = await engine.IssueAsync();
        var current = (await engine.SucceedAsync(issued.RefreshToken)).RefreshToken;

        Derive(issued.RefreshToken, await engine.RowAsync(issued.Family.FamilyId)).Reveal().Should().Be(current.Reveal());
    }

    [Test]
    public async Task Changed_leeway_takes_the_worth_from_later_copies_at_the_next_exchange()
    {
        using var engine = new Engine(RotationPolicy.Spa);
        var issued = await engine.IssueAsync();
        var current = (await engine.SucceedAsync(issued.RefreshToken)).RefreshToken;
        engine.Policy = RotationPolicy.Strict;

        await engine.SucceedAsync(current);

        (await engine.RowAsync(issued.Family.FamilyId)).Salt.Should().BeNull();
    }

    /// <summary>What the thief of a copy computes who also has the previous token.</summary>
    private static RefreshToken Derive(RefreshToken old, TokenFamily row)
    {
        Span<byte> secret = stackalloc byte[TokenFormat.SecretLength];
        Span<byte> selector = stackalloc byte[TokenFormat.SelectorLength];
        TokenFormat.TryParse(old.Reveal(), ["rtr_"], out _, secret, selector).Should().BeTrue();
        return TokenFormat.Create("rtr_", row.Generation, HMACSHA256.HashData(secret, row.Salt!.Value.ToArray()), selector);
    }
}
