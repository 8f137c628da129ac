using RefreshTokenRotation.Internal;
using RefreshTokenRotation.Storage;
using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.Tests.Internal;

/// <summary>Every bound of a policy, at the bound and one step beyond. A message names option, value and bound.</summary>
[TestFixture]
internal sealed class PolicyValidatorTests
{
    private static readonly RotationPolicy Good = new();
    private static readonly TimeSpan Tick = TimeSpan.FromTicks(1);
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);
    private static readonly Func<ITokenStore> Store = static () => new InMemoryTokenStore();

    private static IEnumerable<TestCaseData> Invalid()
    {
        yield return Bad(Good with { RotationType = 0 }, "RotationType", "(0)", "Rotating or NonRotating");
        yield return Bad(Good with { RotationType = (RotationType)3 }, "RotationType", "(3)", "Rotating or NonRotating");
        yield return Bad(Good with { ExpirationType = 0 }, "ExpirationType", "(0)", "Expiring or NonExpiring");
        yield return Bad(Good with { ExpirationType = (ExpirationType)3 }, "ExpirationType", "(3)", "Expiring or NonExpiring");
        yield return Bad(Good with { ReuseResponse = 0 }, "ReuseResponse", "(0)", "Family, Grant, UserAndClient or User");
        yield return Bad(Good with { ReuseResponse = (ReuseResponse)5 }, "ReuseResponse", "(5)", "Family, Grant, UserAndClient or User");
        yield return Bad(Good with { AbsoluteLifetime = Seconds(1) - Tick }, "AbsoluteLifetime", "(00:00:00.9999999)", "between 00:00:01");
        yield return Bad(Good with { AbsoluteLifetime = Days(90) + Tick }, "AbsoluteLifetime", "(90.00:00:00.0000001)", "MaximumLifetime (90.00:00:00)");
        yield return Bad(Good with { IdleLifetime = Seconds(1) - Tick }, "IdleLifetime", "(00:00:00.9999999)", "between 00:00:01");
        yield return Bad(Good with { IdleLifetime = Days(90) + Tick, InfiniteAbsoluteLifetime = true }, "IdleLifetime", "(90.00:00:00.0000001)", "MaximumLifetime (90.00:00:00)");
        yield return Bad(Good with { Leeway = -Tick }, "Leeway", "(-00:00:00.0000001)", "between 00:00:00 and MaximumLeeway (01:00:00)");
        yield return Bad(Good with { RecoveryWindow = -Tick }, "RecoveryWindow", "(-00:00:00.0000001)", "not be negative");
        yield return Bad(RotationPolicy.Agents with { LeewayGenerations = 0 }, "LeewayGenerations", "(0)", "between 1 and 32");
        yield return Bad(RotationPolicy.Agents with { LeewayGenerations = 33 }, "LeewayGenerations", "(33)", "between 1 and 32");
        yield return Bad(RotationPolicy.Agents with { Leeway = TimeSpan.Zero }, "LeewayGenerations", "(32)", "needs a Leeway above zero, but it is 00:00:00");
        yield return Bad(
            RotationPolicy.Agents with { ReuseResponse = ReuseResponse.Grant }, "LeewayGenerations", "(32)", "needs the ReuseResponse Family, but it is Grant");
        yield return Bad(Good with { ActiveCap = 0 }, "ActiveCap", "(0)", "between 1 and 1000000");
        yield return Bad(Good with { ActiveCap = 1_000_001 }, "ActiveCap", "(1000001)", "between 1 and 1000000");
        yield return Bad(Good with { ExpirationType = ExpirationType.NonExpiring }, "ExpirationType", "(NonExpiring)", "AllowRotatingNonExpiring");
        yield return Bad(Good with { InfiniteAbsoluteLifetime = true }, "InfiniteAbsoluteLifetime", "(True)", "AllowRotatingNonExpiring");
        yield return Bad(
            Good with { InfiniteAbsoluteLifetime = true, InfiniteIdleLifetime = true, IdleLifetime = Days(1) },
            "InfiniteAbsoluteLifetime", "(True)", "InfiniteIdleLifetime (True)");
        yield return Bad(Good with { IdleLifetime = Days(30) + Tick }, "IdleLifetime", "(30.00:00:00.0000001)", "AbsoluteLifetime (30.00:00:00)");
        yield return Bad(Good with { Leeway = Seconds(60), IdleLifetime = Seconds(60) }, "Leeway", "(00:01:00)", "IdleLifetime (00:01:00)");
        yield return Bad(Good with { Leeway = Hour + Tick }, "Leeway", "(01:00:00.0000001)", "MaximumLeeway (01:00:00)");
        yield return Bad(Good with { Leeway = Hour, AbsoluteLifetime = Hour }, "Leeway", "(01:00:00)", "AbsoluteLifetime (01:00:00)");
        yield return Bad(Good with { Leeway = Seconds(10), RecoveryWindow = Seconds(10) }, "Leeway", "(00:00:10)", "RecoveryWindow (00:00:10)");
        yield return Bad(Good with { RecoveryWindow = Seconds(10) }, "RecoveryWindow", "(00:00:10)", "Leeway above zero, but it is 00:00:00");
        yield return Bad(Good with { MultiResource = [.. Many(101)] }, "MultiResource", "(101)", "at most 100");
        yield return Bad(Good with { MultiResource = [One("a"), One("b"), One("a")] }, "MultiResource", "(3)", "each resource once");
        yield return Bad(Good with { MultiResource = [One(string.Empty)] }, "MultiResource.Resource", "(0)", "between 1 and 600");
        yield return Bad(Good with { MultiResource = [One(new string('r', 601))] }, "MultiResource.Resource", "(601)", "between 1 and 600");
        yield return Bad(Good with { MultiResource = [One("a\n")] }, "MultiResource.Resource", "(2)", "none a control character");
        yield return Bad(Good with { MultiResource = [One(null!)] }, "MultiResource.Resource", "(0)", "between 1 and 600");
        yield return Bad(Good with { MultiResource = [One("a", string.Empty)] }, "MultiResource.Scopes", "(0)", "between 1 and 280");
        yield return Bad(Good with { MultiResource = [One("a", new string('s', 281))] }, "MultiResource.Scopes", "(281)", "between 1 and 280");
        yield return Bad(Good with { MultiResource = [One("a", "two words")] }, "MultiResource.Scopes", "(9)", "RFC 6749 section 3.3");
        yield return Bad(Good with { MultiResource = [One("a", (string)null!)] }, "MultiResource.Scopes", "(0)", "between 1 and 280");
        yield return Bad(Good with { MultiResource = null! }, "MultiResource", "(null)", "must not be null");
        yield return Bad(Good with { MultiResource = [null!] }, "MultiResource", "(null)", "must not be null");
        yield return Bad(Good with { MultiResource = [new ResourceScopes { Resource = "a", Scopes = null! }] }, "MultiResource.Scopes", "(null)", "must not be null");
    }

    private static IEnumerable<RotationPolicy> Valid()
    {
        yield return Good;
        yield return Good with { AbsoluteLifetime = Seconds(1) };
        yield return Good with { AbsoluteLifetime = Days(90), IdleLifetime = Days(90) };
        yield return Good with { IdleLifetime = Seconds(1) };
        yield return Good with { ActiveCap = 1 };
        yield return Good with { ActiveCap = 1_000_000 };
        yield return Good with { Leeway = Hour - Tick, AbsoluteLifetime = Hour };
        yield return Good with { Leeway = Seconds(60), IdleLifetime = Seconds(60) + Tick };
        yield return Good with { Leeway = Seconds(10), RecoveryWindow = Seconds(10) + Tick };
        yield return Good with { IdleLifetime = Days(60), InfiniteAbsoluteLifetime = true };
        yield return Good with { IdleLifetime = Days(60), InfiniteIdleLifetime = true };
        yield return Good with { Leeway = Hour, AbsoluteLifetime = Seconds(1), IdleLifetime = Days(1), InfiniteAbsoluteLifetime = true };
        yield return Good with { IdleLifetime = Days(1), AbsoluteLifetime = Days(400), InfiniteAbsoluteLifetime = true };
        yield return Good with { IdleLifetime = Days(400), InfiniteIdleLifetime = true };
        yield return Good with
        {
            RotationType = RotationType.NonRotating,
            ExpirationType = ExpirationType.NonExpiring,
            AbsoluteLifetime = Days(400),
            IdleLifetime = Days(401),
        };
        yield return Good with { RotationType = RotationType.NonRotating, InfiniteAbsoluteLifetime = true };
        yield return Good with { ReuseResponse = ReuseResponse.Grant };
        yield return Good with { RotationType = RotationType.NonRotating, ExpirationType = ExpirationType.NonExpiring };
        yield return Good with { ReuseResponse = ReuseResponse.User, ShadowMode = true };
        yield return Good with { MultiResource = [.. Many(100)] };
        yield return Good with { MultiResource = [One(new string('r', 600), new string('s', 280))] };
        yield return RotationPolicy.Strict;
        yield return RotationPolicy.Spa;
        yield return RotationPolicy.Mobile;
        yield return RotationPolicy.Fapi;
        yield return RotationPolicy.FapiRotating;
        yield return RotationPolicy.Agents;
        yield return Good with { Leeway = Seconds(10), LeewayGenerations = 2 };
    }

    [TestCaseSource(nameof(Invalid))]
    public void Message_of_a_policy_out_of_bounds_names_option_value_and_bound(RotationPolicy policy, string option, string value, string bound)
    {
        var failures = PolicyValidator.Failures(policy, new RefreshTokenRotationOptions(), Store, "The policy");

        failures.Should().ContainSingle()
            .Which.Should().StartWith($"The policy: {option} {value}").And.Contain(bound).And.EndWith(".");
        PolicyValidator.IsValid(policy, new RefreshTokenRotationOptions(), Store).Should().BeFalse();
    }

    [TestCaseSource(nameof(Valid))]
    public void Policy_at_its_bounds_is_valid(RotationPolicy policy)
    {
        PolicyValidator.Failures(policy, new RefreshTokenRotationOptions(), Store, "The policy").Should().BeEmpty();
        PolicyValidator.IsValid(policy, new RefreshTokenRotationOptions(), Store).Should().BeTrue();
    }

    [Test]
    public void Every_failure_of_a_policy_is_told_at_once()
    {
        var policy = Good with { ActiveCap = 0, Leeway = -Tick, RotationType = 0 };

        PolicyValidator.Failures(policy, new RefreshTokenRotationOptions(), Store, "P").Should().HaveCount(3);
    }

    [Test]
    public void Host_may_raise_the_ceiling_of_leeway()
    {
        var policy = Good with { Leeway = Days(20) };

        PolicyValidator.IsValid(policy, new RefreshTokenRotationOptions { MaximumLeeway = Days(20) }, Store).Should().BeTrue();
        PolicyValidator.IsValid(policy, new RefreshTokenRotationOptions(), Store).Should().BeFalse();
    }

    [Test]
    public void Host_may_raise_the_ceiling_and_allow_rotation_without_expiry()
    {
        var options = new RefreshTokenRotationOptions { MaximumLifetime = Days(400), AllowRotatingNonExpiring = true };
        var policy = Good with { AbsoluteLifetime = Days(400), ExpirationType = ExpirationType.NonExpiring };

        PolicyValidator.IsValid(policy, options, Store).Should().BeTrue();
        PolicyValidator.IsValid(policy, new RefreshTokenRotationOptions(), Store).Should().BeFalse();
    }

    [Test]
    public void Leeway_over_several_generations_needs_a_store_that_keeps_trails()
    {
        var forgetful = static () => (ITokenStore)new ForgetfulStore();

        PolicyValidator.Failures(RotationPolicy.Agents, new RefreshTokenRotationOptions(), forgetful, "P").Should().ContainSingle()
            .Which.Should().StartWith("P: LeewayGenerations (32) above 1 needs a token store that keeps trails").And.EndWith("KeepsTrail is False.");
        PolicyValidator.IsValid(RotationPolicy.Mobile, new RefreshTokenRotationOptions(), forgetful).Should().BeTrue();
    }

    private static TestCaseData Bad(RotationPolicy policy, string option, string value, string bound) =>
        new TestCaseData(policy, option, value, bound).SetArgDisplayNames(option, value, bound);

    private static ResourceScopes One(string resource, params string[] scopes) => new() { Resource = resource, Scopes = scopes };

    private static IEnumerable<ResourceScopes> Many(int count) => Enumerable.Range(0, count).Select(i => One($"r{i}"));

    private static TimeSpan Seconds(int count) => TimeSpan.FromSeconds(count);

    private static TimeSpan Days(int count) => TimeSpan.FromDays(count);
}
