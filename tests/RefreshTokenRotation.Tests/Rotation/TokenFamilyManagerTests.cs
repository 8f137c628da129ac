using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.Tests.Rotation;

[TestFixture]
internal sealed class TokenFamilyManagerTests
{
    private InterceptingStore _store = null!;
    private Engine _engine = null!;

    [SetUp]
    public void SetUp()
    {
        _store = new InterceptingStore();
        _engine = new Engine(RotationPolicy.Mobile, _store);
    }

    [TearDown]
    public void TearDown() => _engine.Dispose();

    private static IEnumerable<TestCaseData> Scopes()
    {
        yield return Scope("family", family => TokenFamilyFilter.ForFamily(family.FamilyId), 1);
        yield return Scope("grant", _ => TokenFamilyFilter.ForGrant("alice", "spa", "api"), 2);
        yield return Scope("user and client", _ => TokenFamilyFilter.ForUserAndClient("alice", "spa"), 3);
        yield return Scope("user", _ => TokenFamilyFilter.ForUser("alice"), 4);
        yield return Scope("user but one", family => TokenFamilyFilter.ForUser("alice", family.FamilyId), 3);
        yield return Scope("session", _ => TokenFamilyFilter.ForSession("s"), 2);
        yield return Scope("client", _ => TokenFamilyFilter.ForClient("spa"), 4);
        yield return Scope("authorization", _ => new TokenFamilyFilter { AuthorizationId = "code" }, 1);
        yield return Scope("tenant", _ => TokenFamilyFilter.ForTenant(string.Empty), 5);
        yield return Scope("other tenant", _ => TokenFamilyFilter.ForTenant("t"), 1);
    }

    [TestCaseSource(nameof(Scopes))]
    public async Task Revocation_reaches_its_scope_and_is_idempotent_and_told(Func<TokenFamilyInfo, TokenFamilyFilter> scope, int count)
    {
        var filter = scope(await SeedAsync());

        (await _engine.Families.RevokeAsync(filter, RevocationReason.User)).Should().Be(count);
        (await _engine.Families.RevokeAsync(filter, RevocationReason.User)).Should().Be(0);

        var told = _engine.Events.Of<RefreshTokenEvent.Revoked>().Should().ContainSingle().Subject;
        (told.Filter, told.Reason, told.Count, told.Deleted).Should().Be((filter, RevocationReason.User, count, false));
        (await _engine.Families.ListAsync(filter with { State = FamilyState.Revoked })).Families.Should().HaveCount(count)
            .And.OnlyContain(family => family.RevocationReason == RevocationReason.User && family.RevokedAt == _engine.Now);
    }

    [TestCaseSource(nameof(Scopes))]
    public async Task Deletion_reaches_its_scope_revoked_families_too(Func<TokenFamilyInfo, TokenFamilyFilter> scope, int count)
    {
        var filter = scope(await SeedAsync());
        await _engine.Families.RevokeAsync(TokenFamilyFilter.ForUser("alice"));

        (await _engine.Families.DeleteAsync(filter)).Should().Be(count);

        (await _engine.Families.ListAsync(filter)).Families.Should().BeEmpty();
        _engine.Events.Of<RefreshTokenEvent.Revoked>().Last().Deleted.Should().BeTrue();
    }

    [Test]
    public async Task Filter_that_names_nothing_ends_nothing()
    {
        TokenFamilyFilter[] filters =
            [new(), new() { TenantId = "t" }, new() { Resource = "api" }, new() { RotationType = RotationType.Rotating }, new() { ExceptFamilyId = Guid.NewGuid() }];
        foreach (var filter in filters)
        {
            Func<Task> revoke = async () => await _engine.Families.RevokeAsync(filter);
            Func<Task> delete = async () => await _engine.Families.DeleteAsync(filter);

            (await revoke.Should().ThrowAsync<ArgumentException>()).WithMessage("*names no family*ForTenant*");
            await delete.Should().ThrowAsync<ArgumentException>();
        }

        _store.Calls.Should().BeEmpty();
    }

    [Test]
    public async Task Bad_arguments_are_refused_before_any_store_call()
    {
        var families = _engine.Families;
        Func<Task>[] calls =
        [
            async () => await families.ListAsync(null!),
            async () => await families.ListAsync(new TokenFamilyFilter(), limit: 0),
            async () => await families.ListAsync(new TokenFamilyFilter(), limit: 1001),
            async () => await families.ListAsync(new TokenFamilyFilter { Subject = string.Empty }),
            async () => await families.RevokeAsync(TokenFamilyFilter.ForUser("a\n")),
            async () => await families.RevokeAsync(TokenFamilyFilter.ForUser("a"), 0),
            async () => await families.DeleteAsync(TokenFamilyFilter.ForUser("a"), (RevocationReason)99),
            async () => await families.PruneAsync(_engine.Now, 0),
            async () => await families.PruneAsync(_engine.Now, 10_001),
            async () => await families.PruneAsync(_engine.Now.AddTicks(1)),
            async () => await families.FindAsync(Guid.NewGuid(), "\n"),
            async () => await families.ConfirmUseAsync(Guid.NewGuid(), 0, new string('t', 256)),
            async () => await families.SetMetadataAsync(Guid.NewGuid(), Enumerable.Range(0, 26).ToDictionary(i => $"k{i}", i => "v")),
        ];

        foreach (var call in calls)
        {
            await call.Should().ThrowAsync<ArgumentException>();
        }

        _store.Calls.Should().BeEmpty();
    }

    [TestCase(1, 5)]
    [TestCase(2, 3)]
    [TestCase(5, 1)]
    [TestCase(1000, 1)]
    public async Task Pages_together_are_the_list_and_the_last_has_no_next(int limit, int pages)
    {
        await SeedAsync();
        var seen = new List<Guid>();
        TokenFamilyCursor? after = null;
        var count = 0;
        do
        {
            var page = await _engine.Families.ListAsync(new TokenFamilyFilter(), after, limit);
            page.Families.Should().HaveCountLessThanOrEqualTo(limit);
            seen.AddRange(page.Families.Select(family => family.FamilyId));
            after = page.Next;
            count++;
        }
        while (after is not null);

        count.Should().Be(pages);
        seen.Should().HaveCount(5).And.OnlyHaveUniqueItems();
        (await _engine.Families.ListAsync(new TokenFamilyFilter())).Families.Should().BeInAscendingOrder(family => family.CreatedAt);
    }

    [Test]
    public async Task Family_is_found_in_its_own_tenant_alone()
    {
        var family = await SeedAsync();

        (await _engine.Families.FindAsync(family.FamilyId))!.Subject.Should().Be("alice");
        (await _engine.Families.FindAsync(family.FamilyId, "t")).Should().BeNull();
    }

    [Test]
    public async Task Confirmed_use_closes_recovery_with_one_write_a_generation()
    {
        var issued = await _engine.IssueAsync();
        await _engine.SucceedAsync(issued.RefreshToken);
        var id = issued.Family.FamilyId;

        (await _engine.Families.ConfirmUseAsync(id, 0)).Should().BeFalse("an older generation");
        (await _engine.Families.ConfirmUseAsync(id, 2)).Should().BeFalse("no generation yet");
        (await _engine.Families.ConfirmUseAsync(id, 1, "t")).Should().BeFalse("another tenant");
        (await _engine.RowAsync(id)).RecoverUntil.Should().NotBeNull();
        for (var i = 0; i < 3; i++)
        {
            (await _engine.Families.ConfirmUseAsync(id, 1)).Should().BeTrue();
        }

        _store.Calls.Count(call => call == "swap").Should().Be(2, "the rotation and one confirmation");
        var row = await _engine.RowAsync(id);
        (row.RecoverUntil, row.LeewayUntil).Should().Be((null, _engine.Now.AddSeconds(10)), "leeway goes on");
        _engine.Time.Advance(TimeSpan.FromMinutes(1));
        (await _engine.FailAsync(issued.RefreshToken)).Should().Be(RejectionReason.ReuseDetected);
        (await _engine.Families.ConfirmUseAsync(id, 1)).Should().BeFalse("it was revoked");
    }

    [Test]
    public async Task Metadata_is_replaced_carried_over_and_cleared()
    {
        var issued = await _engine.IssueAsync();
        var given = new Dictionary<string, string> { ["plan"] = "pro" };

        (await _engine.Families.SetMetadataAsync(issued.Family.FamilyId, given))!.Metadata.Should().Equal(given);
        given["plan"] = "changed later";
        (await _engine.SucceedAsync(issued.RefreshToken)).Family.Metadata["plan"].Should().Be("pro");
        (await _engine.Families.SetMetadataAsync(issued.Family.FamilyId, null))!.Metadata.Should().BeEmpty();
        (await _engine.Families.SetMetadataAsync(Guid.NewGuid(), given)).Should().BeNull();
    }

    [Test]
    public async Task Metadata_write_that_meets_another_write_is_repeated()
    {
        var issued = await _engine.IssueAsync();
        _store.Before = async call =>
        {
            if (call == "swap")
            {
                _store.Before = null;
                await _engine.SucceedAsync(issued.RefreshToken);
            }
        };

        await _engine.Families.SetMetadataAsync(issued.Family.FamilyId, new Dictionary<string, string> { ["k"] = "v" });

        var row = await _engine.RowAsync(issued.Family.FamilyId);
        (row.Generation, row.Metadata["k"]).Should().Be((1, "v"));
    }

    [Test]
    public async Task Prune_deletes_what_ended_before_and_takes_the_present_at_most()
    {
        await SeedAsync();
        await _engine.Families.RevokeAsync(TokenFamilyFilter.ForUser("alice"));
        (await _engine.Families.PruneAsync(_engine.Now)).Should().Be(0);
        _engine.Time.Advance(TimeSpan.FromTicks(1));

        (await _engine.Families.PruneAsync(_engine.Now, 3)).Should().Be(3);
        (await _engine.Families.PruneAsync(_engine.Now, 3)).Should().Be(1);
    }

    /// <summary>Four families of alice, three of them at the client spa, two of these for the resource api; one of bob; one of another tenant.</summary>
    private async Task<TokenFamilyInfo> SeedAsync()
    {
        var first = await AddAsync("alice", "spa", "s", "code", resource: "api");
        await AddAsync("alice", "spa", resource: "api");
        await AddAsync("alice", "spa");
        await AddAsync("alice", "app", "s");
        await AddAsync("bob", "spa");
        await AddAsync("alice", "spa", "s", "code", "t", "api");
        return first;
    }

    private async Task<TokenFamilyInfo> AddAsync(
        string subject, string client, string? session = null, string? authorization = null, string tenant = "", string? resource = null)
    {
        _engine.Time.Advance(TimeSpan.FromSeconds(1));
        var request = new IssueRequest
        {
            Subject = subject,
            ClientId = client,
            SessionId = session,
            AuthorizationId = authorization,
            TenantId = tenant,
            Resources = resource is null ? [] : [resource],
        };
        return (await _engine.Tokens.IssueAsync(request)).Family;
    }

    private static TestCaseData Scope(string name, Func<TokenFamilyInfo, TokenFamilyFilter> scope, int count) =>
        new TestCaseData(scope, count).SetArgDisplayNames(name);
}
