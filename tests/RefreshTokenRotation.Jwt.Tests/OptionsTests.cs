using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using RefreshTokenRotation.Jwt.Tests.Support;
using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.Jwt.Tests;

[TestFixture]
internal sealed class OptionsTests
{
    [TestCase("https://issuer.example", true)]
    [TestCase("https://issuer.example/", true)]
    [TestCase("https://issuer.example:8443/tenant/1", true)]
    [TestCase("http://localhost:5000/", true)]
    [TestCase("http://127.0.0.1", true)]
    [TestCase("http://[::1]:5000", true)]
    [TestCase("http://issuer.example", false)]
    [TestCase("http://localhost.example", false)]
    [TestCase("https://issuer.example/?a=b", false)]
    [TestCase("https://issuer.example/#a", false)]
    [TestCase("https://user@issuer.example/", false)]
    [TestCase("https://issuer.example/ ", false)]
    [TestCase("https://issuer.exämple/", false)]
    [TestCase("ftp://issuer.example", false)]
    [TestCase("/issuer", false)]
    [TestCase("issuer", false)]
    [TestCase("", false)]
    public void Issuer_is_an_address_that_validators_compare_with(string issuer, bool valid)
    {
        var failures = Failures(options => options.Issuer = issuer);

        if (valid)
        {
            failures.Should().BeEmpty();
        }
        else
        {
            failures.Should().ContainSingle().Which.Should().StartWith($"Issuer ('{issuer}')");
        }
    }

    [Test]
    public async Task Issuer_is_used_as_it_is([Values("https://issuer.example", "https://issuer.example/", "https://ISSUER.example:443/")] string issuer)
    {
        await using var issuing = new Issuing(options => options.Issuer = issuer);

        var token = await issuing.AccessAsync();

        token["iss"].Should().Be(issuer);
        (await issuing.ValidateAsync(token.Text))!.Issuer.Should().Be(issuer);
    }

    [TestCase(0, false)]
    [TestCase(0.5, false)]
    [TestCase(1, true)]
    [TestCase(1.5, false)]
    [TestCase(2_592_000, true)]
    [TestCase(2_592_001, false)]
    public void Lifetimes_are_of_whole_seconds_up_to_thirty_days(double seconds, bool valid)
    {
        var lifetime = TimeSpan.FromSeconds(seconds);

        var failures = Failures(options => (options.AccessTokenLifetime, options.IdTokenLifetime) = (lifetime, lifetime));

        failures.Select(failure => failure.Split(' ')[0]).Should().Equal(valid ? [] : ["AccessTokenLifetime", "IdTokenLifetime"]);
        failures.All(failure => failure.Contains(lifetime.ToString(), StringComparison.Ordinal)).Should().BeTrue();
    }

    [TestCase(0.999, false)]
    [TestCase(1, true)]
    [TestCase(86_400, true)]
    [TestCase(86_401, false)]
    public void Interval_is_between_a_second_and_a_day(double seconds, bool valid)
    {
        Failures(options => options.KeyRefreshInterval = TimeSpan.FromSeconds(seconds)).Should().HaveCount(valid ? 0 : 1);
    }

    [TestCase("tid", true)]
    [TestCase("", false)]
    [TestCase("sub", false)]
    [TestCase("rtr_fid", false)]
    public void Tenant_claim_is_none_of_the_protocol(string claim, bool valid)
    {
        Failures(options => options.TenantClaim = claim).Should().HaveCount(valid ? 0 : 1);
    }

    [Test]
    public void Other_values_out_of_bounds_are_named()
    {
        Failures(options => options.DefaultAudience = string.Empty).Single().Should().Contain("DefaultAudience");
        Failures(options => options.DefaultAudience = new string('a', 601)).Single().Should().Contain("601");
        Failures(options => options.SelectConfirmation = null!).Single().Should().Contain("SelectConfirmation");
        Failures(options => options.SigningKeys.Add(null!)).Single().Should().Contain("null");
        Failures(options => options.SigningKeys.Add(Keys.Ec)).Single().Should().Contain("2 times");
        Failures(options => options.DevelopmentKeyAlgorithm = (SigningAlgorithm)7).Single().Should().Contain("DevelopmentKeyAlgorithm (7)");
        Failures(options => options.SigningKeys.Clear()).Single().Should().Contain("no signing key").And.Contain("KeyFolder");
    }

    [Test]
    public void More_keys_than_fifty_are_refused()
    {
        Failures(options => Fill(options, 50)).Should().BeEmpty();
        Failures(options => Fill(options, 51)).Single().Should().Contain("51").And.Contain("50");

        static void Fill(JwtAccessTokenOptions options, int count)
        {
            while (options.SigningKeys.Count < count)
            {
                options.SigningKeys.Add(SigningKey.Generate(SigningAlgorithm.ES256));
            }
        }
    }

    [TestCase(0, 0, null, false)]
    [TestCase(0, 1, null, true)]
    [TestCase(0, 2, 1, false)]
    [TestCase(0, 2, 2, true)]
    [TestCase(3, null, 3, false)]
    [TestCase(3, null, 4, true)]
    [TestCase(null, 3, 3, true)]
    public void Times_of_a_key_stand_in_order(int? activates, int? retires, int? until, bool valid)
    {
        static DateTimeOffset? At(int? hours) => hours is { } value ? FakeTime.Start.AddHours(value) : null;

        var key = Keys.Rsa with { ActivatesAt = At(activates), RetiresAt = At(retires), ValidUntil = At(until) };

        Failures(options => options.SigningKeys.Add(key)).Should().HaveCount(valid ? 0 : 1);
    }

    /// <summary>What the host is told at its start.</summary>
    private static string[] Failures(Action<JwtAccessTokenOptions> configure)
    {
        var services = new ServiceCollection();
        services.AddRefreshTokenRotation().UseJwtAccessTokens(options =>
        {
            options.Issuer = Issuing.Issuer;
            options.SigningKeys.Add(Keys.Ec);
            configure(options);
        });
        using var provider = services.BuildServiceProvider();
        try
        {
            _ = provider.GetRequiredService<IOptions<JwtAccessTokenOptions>>().Value;
            return [];
        }
        catch (OptionsValidationException fault)
        {
            return [.. fault.Failures];
        }
    }
}
