using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.Tests.Snippets;

/// <summary>The README's store keeps the contract, as far as one process can show.</summary>
public sealed class DictionaryTokenStoreTests
{
    [Test]
    public async Task Parallel_exchanges_of_one_token_give_one_successor()
    {
        using var engine = new Engine(RotationPolicy.Spa, new DictionaryTokenStore());
        var issued = await engine.IssueAsync();

        var answers = await Task.WhenAll(Enumerable.Range(0, 32).Select(_ => Task.Run(() => engine.SucceedAsync(issued.RefreshToken))));

        answers.Select(answer => answer.RefreshToken).Distinct().Should().ContainSingle();
        answers.Should().ContainSingle(answer => answer.Outcome == ExchangeOutcome.Rotated);
    }

    [Test]
    public async Task Swap_of_a_version_succeeds_once()
    {
        var store = new DictionaryTokenStore();
        using var engine = new Engine(RotationPolicy.Strict, store);
        var row = await engine.RowAsync((await engine.IssueAsync()).Family.FamilyId);
        var next = row with { Version = row.Version + 1, Generation = 1 };

        (await store.CompareAndSwapAsync(next, row.Version, CancellationToken.None)).Should().BeTrue();
        (await store.CompareAndSwapAsync(next, row.Version, CancellationToken.None)).Should().BeFalse();
    }

    [Test]
    public async Task Cap_evicts_the_token_that_was_issued_first()
    {
        using var engine = new Engine(RotationPolicy.Strict with { ActiveCap = 2 }, new DictionaryTokenStore());
        var first = await engine.IssueAsync();
        engine.Time.Advance(TimeSpan.FromMinutes(1));
        var second = await engine.IssueAsync();
        engine.Time.Advance(TimeSpan.FromMinutes(1));
        await engine.SucceedAsync(first.RefreshToken);
        engine.Time.Advance(TimeSpan.FromMinutes(1));

        var third = await engine.IssueAsync();

        third.Evicted.Select(family => family.FamilyId).Should().Equal(second.Family.FamilyId);
        (await engine.IssueAsync(subject: "bob")).Evicted.Should().BeEmpty();
    }

    [Test]
    public async Task Repeated_add_changes_nothing()
    {
        var store = new DictionaryTokenStore();
        using var engine = new Engine(RotationPolicy.Strict, store);
        var issued = await engine.IssueAsync();
        var row = await engine.RowAsync(issued.Family.FamilyId);
        await engine.SucceedAsync(issued.RefreshToken);

        (await store.AddAsync(row, 1, engine.Now, CancellationToken.None)).Should().BeEmpty();

        (await engine.RowAsync(issued.Family.FamilyId)).Generation.Should().Be(1);
    }

    [Test]
    public async Task Pages_show_each_family_once_and_in_order()
    {
        using var engine = new Engine(RotationPolicy.Strict, new DictionaryTokenStore());
        var issued = new List<Guid>();
        for (var i = 0; i < 5; i++)
        {
            issued.Add((await engine.IssueAsync()).Family.FamilyId);
            engine.Time.Advance(TimeSpan.FromMinutes(1));
        }

        var listed = new List<Guid>();
        TokenFamilyCursor? place = null;
        do
        {
            var page = await engine.Families.ListAsync(TokenFamilyFilter.ForUser(Engine.User), place, limit: 2);
            listed.AddRange(page.Families.Select(family => family.FamilyId));
            place = page.Next;
        }
        while (place is not null);

        listed.Should().Equal(issued);
    }

    [Test]
    public async Task Ended_families_are_pruned_and_living_ones_stay()
    {
        using var engine = new Engine(RotationPolicy.Strict, new DictionaryTokenStore());
        var ended = await engine.IssueAsync();
        var living = await engine.IssueAsync(subject: "bob");
        (await engine.Families.RevokeAsync(TokenFamilyFilter.ForUser(Engine.User))).Should().Be(1);
        engine.Time.Advance(TimeSpan.FromDays(1));

        (await engine.Families.PruneAsync(engine.Now)).Should().Be(1);

        (await engine.FailAsync(ended.RefreshToken)).Should().Be(RejectionReason.Unknown);
        (await engine.SucceedAsync(living.RefreshToken)).Outcome.Should().Be(ExchangeOutcome.Rotated);
    }

    [Test]
    public async Task Migration_deletes_the_other_reusable_family()
    {
        using var engine = new Engine(RotationPolicy.Fapi, new DictionaryTokenStore());
        var migrated = await engine.IssueAsync();
        var other = await engine.IssueAsync();

        engine.Policy = RotationPolicy.Strict;
        (await engine.SucceedAsync(migrated.RefreshToken)).Outcome.Should().Be(ExchangeOutcome.ConvertedToRotating);

        (await engine.FailAsync(other.RefreshToken)).Should().Be(RejectionReason.Unknown);
    }
}
