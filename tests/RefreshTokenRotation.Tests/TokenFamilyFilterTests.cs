using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.Tests;

[TestFixture]
internal sealed class TokenFamilyFilterTests
{
    private static readonly Guid Id = Guid.NewGuid();

    [Test]
    public void Factories_set_what_they_name_and_nothing_else()
    {
        TokenFamilyFilter.ForFamily(Id).Should().Be(new TokenFamilyFilter { FamilyId = Id });
        TokenFamilyFilter.ForUser("u").Should().Be(new TokenFamilyFilter { Subject = "u" });
        TokenFamilyFilter.ForUser("u", Id).Should().Be(new TokenFamilyFilter { Subject = "u", ExceptFamilyId = Id });
        TokenFamilyFilter.ForClient("c").Should().Be(new TokenFamilyFilter { ClientId = "c" });
        TokenFamilyFilter.ForSession("s").Should().Be(new TokenFamilyFilter { SessionId = "s" });
        TokenFamilyFilter.ForUserAndClient("u", "c").Should().Be(new TokenFamilyFilter { Subject = "u", ClientId = "c" });
        TokenFamilyFilter.ForGrant("u", "c", "r").Should().Be(new TokenFamilyFilter { Subject = "u", ClientId = "c", Resource = "r" });
        TokenFamilyFilter.ForTenant("t").TenantId.Should().Be("t");
        TokenFamilyFilter.ForTenant("t").Should().NotBe(new TokenFamilyFilter { TenantId = "t" });
    }

    [Test]
    public void Factories_refuse_null()
    {
        Func<TokenFamilyFilter>[] factories =
        [
            () => TokenFamilyFilter.ForUser(null!),
            () => TokenFamilyFilter.ForClient(null!),
            () => TokenFamilyFilter.ForSession(null!),
            () => TokenFamilyFilter.ForTenant(null!),
            () => TokenFamilyFilter.ForUserAndClient(null!, "c"),
            () => TokenFamilyFilter.ForUserAndClient("u", null!),
            () => TokenFamilyFilter.ForGrant(null!, "c", "r"),
            () => TokenFamilyFilter.ForGrant("u", null!, "r"),
            () => TokenFamilyFilter.ForGrant("u", "c", null!),
        ];

        factories.Should().AllSatisfy(factory => factory.Should().Throw<ArgumentNullException>());
    }

    [Test]
    public void Filter_names_something_if_it_bounds_what_a_revocation_reaches()
    {
        TokenFamilyFilter[] named =
        [
            TokenFamilyFilter.ForFamily(Id), TokenFamilyFilter.ForUser("u"), TokenFamilyFilter.ForClient("c"), TokenFamilyFilter.ForSession("s"),
            new() { AuthorizationId = "a" }, TokenFamilyFilter.ForTenant(string.Empty), TokenFamilyFilter.ForTenant("t") with { RotationType = RotationType.NonRotating },
        ];
        TokenFamilyFilter[] unnamed =
        [
            new(), new() { TenantId = "t" }, new() { ExceptFamilyId = Id }, new() { RotationType = RotationType.Rotating }, new() { State = FamilyState.Active },
            new() { Resource = "r" }, new() { CreatedNoLaterThan = FakeTime.Start },
        ];

        named.Should().OnlyContain(filter => filter.NamesSomething);
        unnamed.Should().OnlyContain(filter => !filter.NamesSomething);
    }

    [Test]
    public void Bound_on_the_log_in_time_is_inclusive()
    {
        var filter = new TokenFamilyFilter { CreatedNoLaterThan = FakeTime.Start };

        filter.Matches(Rows.New(createdAt: FakeTime.Start), FakeTime.Start).Should().BeTrue();
        filter.Matches(Rows.New(createdAt: FakeTime.Start.AddTicks(1)), FakeTime.Start).Should().BeFalse();
    }

    [Test]
    public void Null_family_is_refused()
    {
        var matches = () => new TokenFamilyFilter().Matches(null!, FakeTime.Start);

        matches.Should().Throw<ArgumentNullException>();
    }
}
