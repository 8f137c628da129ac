using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using RefreshTokenRotation.EntityFrameworkCore.Tests.Support;

namespace RefreshTokenRotation.EntityFrameworkCore.Tests;

[Parallelizable(ParallelScope.All)]
public sealed class OptionsTests
{
    private static IEnumerable<TestCaseData> Invalid()
    {
        yield return Case(
            options => options.PolicyCacheTime = TimeSpan.FromTicks(-1), "PolicyCacheTime (-00:00:00.0000001) must be between 00:00:00 and 00:05:00.");
        yield return Case(options => options.PolicyCacheTime = TimeSpan.FromMinutes(6), "PolicyCacheTime (00:06:00) must be between *");
        yield return Case(options => options.CommandTimeout = TimeSpan.Zero, "CommandTimeout (00:00:00) must be between 00:00:01 and 01:00:00, in whole seconds.");
        yield return Case(options => options.CommandTimeout = TimeSpan.FromSeconds(1.5), "CommandTimeout (00:00:01.5000000) must be *");
        yield return Case(options => options.CommandTimeout = TimeSpan.FromHours(2), "CommandTimeout (02:00:00) must be *");
        yield return Case(options => options.RevocationTimeout = TimeSpan.Zero, "RevocationTimeout (00:00:00) must be between 00:00:01 and 1.00:00:00, in whole seconds.");
        yield return Case(options => options.RevocationTimeout = TimeSpan.FromDays(2), "RevocationTimeout (2.00:00:00) must be *");

        static TestCaseData Case(Action<EntityFrameworkCoreStoreOptions> configure, string message) =>
            new TestCaseData(configure, message).SetArgDisplayNames(message);
    }

    [TestCaseSource(nameof(Invalid))]
    public void Options_out_of_bounds_are_refused_by_a_message_that_names_option_value_and_bound(
        Action<EntityFrameworkCoreStoreOptions> configure, string message)
    {
        Validating(builder => builder.UseEntityFrameworkCore(options => options.UseNpgsql("Host=nowhere"), configure))
            .Should().Throw<OptionsValidationException>().WithMessage(message);
    }

    [Test]
    public void Schema_is_not_created_for_a_context_of_the_host()
    {
        Validating(builder => builder.UseEntityFrameworkCore<HostDbContext>(options => options.CreateSchema = true))
            .Should().Throw<OptionsValidationException>().WithMessage("CreateSchema (True) must be False with HostDbContext*");
    }

    [Test]
    public void Options_at_their_bounds_are_accepted()
    {
        Validating(builder => builder.UseEntityFrameworkCore(options => options.UseNpgsql("Host=nowhere"), options =>
        {
            options.CreateSchema = true;
            options.PolicyCacheTime = TimeSpan.Zero;
            options.CommandTimeout = TimeSpan.FromHours(1);
            options.RevocationTimeout = TimeSpan.FromDays(1);
        })).Should().NotThrow();
    }

    private static Action Validating(Action<RefreshTokenRotationBuilder> use) => () =>
    {
        var services = new ServiceCollection();
        use(services.AddRefreshTokenRotation());
        using var provider = services.BuildServiceProvider();
        provider.GetRequiredService<IStartupValidator>().Validate();
    };
}
