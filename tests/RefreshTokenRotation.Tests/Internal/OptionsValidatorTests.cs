using RefreshTokenRotation.Internal;
using RefreshTokenRotation.Storage;

namespace RefreshTokenRotation.Tests.Internal;

[TestFixture]
internal sealed class OptionsRulesTests
{
    private static readonly TimeSpan Tick = TimeSpan.FromTicks(1);

    private static IEnumerable<TestCaseData> Invalid()
    {
        yield return Bad(options => options.TokenPrefix = null!, "TokenPrefix", "('')", "1 to 32 characters of A-Za-z0-9_.~-");
        yield return Bad(options => options.TokenPrefix = string.Empty, "TokenPrefix", "('')", "1 to 32 characters of A-Za-z0-9_.~-");
        yield return Bad(options => options.TokenPrefix = new string('p', 33), "TokenPrefix", $"('{new string('p', 33)}')", "1 to 32");
        yield return Bad(options => options.TokenPrefix = "a b", "TokenPrefix", "('a b')", "A-Za-z0-9_.~-");
        yield return Bad(options => options.TokenPrefix = "é_", "TokenPrefix", "('é_')", "A-Za-z0-9_.~-");
        yield return Bad(options => options.FormerTokenPrefixes.Add("a+b"), "FormerTokenPrefixes", "('a+b')", "A-Za-z0-9_.~-");
        yield return Bad(options => options.FormerTokenPrefixes.Add(null!), "FormerTokenPrefixes", "('')", "1 to 32");
        yield return Bad(options => AddFormer(options, 9), "FormerTokenPrefixes", "9", "at most 8");
        yield return Bad(options => options.MaximumLeeway = TimeSpan.FromDays(3650) + Tick, "MaximumLeeway", "(3650.00:00:00.0000001)", "and 3650.00:00:00.");
        yield return Bad(options => options.MaximumLifetime = TimeSpan.FromDays(3650) + Tick, "MaximumLifetime", "(3650.00:00:00.0000001)", "and 3650.00:00:00.");
        yield return Bad(options => options.EventQueueCapacity = 0, "EventQueueCapacity", "(0)", "between 1 and 1000000");
        yield return Bad(options => options.EventQueueCapacity = 1_000_001, "EventQueueCapacity", "(1000001)", "between 1 and 1000000");
        yield return Bad(options => options.EventDrainTimeout = -Tick, "EventDrainTimeout", "(-00:00:00.0000001)", "between 00:00:00 and 00:05:00");
        yield return Bad(options => options.EventDrainTimeout = TimeSpan.FromMinutes(5) + Tick, "EventDrainTimeout", "(00:05:00.0000001)", "between 00:00:00 and 00:05:00");
        yield return Bad(options => options.DefaultPolicy = null!, "DefaultPolicy", "is", "null");
        yield return Bad(options => options.ClientPolicies["c"] = null!, "ClientPolicies['c']", "is", "null");
        yield return Bad(options => options.DefaultPolicy = Capless, "DefaultPolicy", "ActiveCap (0)", "between 1 and 1000000");
        yield return Bad(options => options.ClientPolicies["c"] = Capless, "ClientPolicies['c']", "ActiveCap (0)", "between 1 and 1000000");
        yield return Bad(options => options.ResourcePolicies["r"] = Capless, "ResourcePolicies['r']", "ActiveCap (0)", "between 1 and 1000000");
        yield return Bad(options => options.ClientResourcePolicies[("c", "r")] = Capless, "ClientResourcePolicies['(c, r)']", "ActiveCap (0)", "between 1 and 1000000");
    }

    private static IEnumerable<Action<RefreshTokenRotationOptions>> Valid()
    {
        yield return _ => { };
        yield return options => options.TokenPrefix = "p";
        yield return options => options.TokenPrefix = "AZaz09_.~-AZaz09_.~-AZaz09_.~-32";
        yield return options => AddFormer(options, 8);
        yield return options => options.MaximumLifetime = TimeSpan.FromDays(3650);
        yield return options => options.EventQueueCapacity = 1;
        yield return options => options.EventQueueCapacity = 1_000_000;
        yield return options => options.EventDrainTimeout = TimeSpan.Zero;
        yield return options => options.EventDrainTimeout = TimeSpan.FromMinutes(5);
    }

    private static RotationPolicy Capless => new() { ActiveCap = 0 };

    [TestCaseSource(nameof(Invalid))]
    public void Message_of_an_option_out_of_bounds_names_option_value_and_bound(
        Action<RefreshTokenRotationOptions> configure, string option, string value, string bound)
    {
        var options = new RefreshTokenRotationOptions();
        configure(options);

        var failures = new OptionsValidator(static () => new InMemoryTokenStore()).Validate(null, options).Failures;

        failures.Should().ContainSingle().Which.Should().StartWith(option).And.Contain(value).And.Contain(bound);
    }

    [Test]
    public void Ceiling_below_a_second_is_refused_and_with_it_every_lifetime()
    {
        var options = new RefreshTokenRotationOptions { MaximumLifetime = TimeSpan.FromSeconds(1) - Tick };

        new OptionsValidator(static () => new InMemoryTokenStore()).Validate(null, options).Failures.Should().ContainMatch("MaximumLifetime (00:00:00.9999999) must be between 00:00:01 and *");
        options = new RefreshTokenRotationOptions { MaximumLeeway = -Tick };
        new OptionsValidator(static () => new InMemoryTokenStore()).Validate(null, options).Failures.Should().ContainMatch("MaximumLeeway (-00:00:00.0000001) must be between 00:00:00 and *");
    }

    [TestCaseSource(nameof(Valid))]
    public void Options_at_their_bounds_are_valid(Action<RefreshTokenRotationOptions> configure)
    {
        var options = new RefreshTokenRotationOptions();
        configure(options);

        new OptionsValidator(static () => new InMemoryTokenStore()).Validate(null, options).Succeeded.Should().BeTrue();
    }

    [Test]
    public void Every_failure_is_told_at_once()
    {
        var options = new RefreshTokenRotationOptions { TokenPrefix = string.Empty, EventQueueCapacity = 0, DefaultPolicy = Capless };

        new OptionsValidator(static () => new InMemoryTokenStore()).Validate(null, options).Failures.Should().HaveCount(3);
    }

    private static void AddFormer(RefreshTokenRotationOptions options, int count)
    {
        for (var i = 0; i < count; i++)
        {
            options.FormerTokenPrefixes.Add($"p{i}_");
        }
    }

    private static TestCaseData Bad(Action<RefreshTokenRotationOptions> configure, string option, string value, string bound) =>
        new TestCaseData(configure, option, value, bound).SetArgDisplayNames(option, value, bound);
}
