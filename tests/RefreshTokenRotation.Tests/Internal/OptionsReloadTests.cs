using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.Tests.Internal;

/// <summary>Options that change while the host runs.</summary>
[TestFixture]
internal sealed class OptionsReloadTests
{
    private readonly Dictionary<string, string?> _values = [];
    private IConfigurationRoot _configuration = null!;
    private LogCapture _log = null!;
    private ServiceProvider _provider = null!;

    [SetUp]
    public void SetUp()
    {
        _values.Clear();
        _log = new LogCapture();
        _configuration = new ConfigurationBuilder().Add(new Source(_values)).Build();
        var services = new ServiceCollection();
        services.AddSingleton<ILoggerFactory>(_log);
        services.AddRefreshTokenRotation();
        services.Configure<RefreshTokenRotationOptions>(_configuration);
        services.Configure<RefreshTokenRotationOptions>("other", _configuration);
        _provider = services.BuildServiceProvider();
    }

    [TearDown]
    public async Task TearDown()
    {
        await _provider.DisposeAsync();
        (_configuration as IDisposable)?.Dispose();
        _log.Dispose();
    }

    [Test]
    public async Task Valid_change_is_taken_by_the_next_call()
    {
        (await PrefixAsync()).Should().Be("rtr_");

        _values["TokenPrefix"] = "new_";
        _configuration.Reload();

        (await PrefixAsync()).Should().Be("new_");
    }

    [Test]
    public async Task Invalid_change_is_logged_and_not_taken_and_a_valid_one_after_it_is()
    {
        (await PrefixAsync()).Should().Be("rtr_");

        _values["TokenPrefix"] = "not valid";
        Reload();

        (await PrefixAsync()).Should().Be("rtr_");
        _log.Of(15).Should().NotBeEmpty().And.OnlyContain(entry => entry.Level == LogLevel.Error && entry.Message.Contains("TokenPrefix ('not valid')"));

        _values["TokenPrefix"] = "good_";
        Reload();

        (await PrefixAsync()).Should().Be("good_");
    }

    [Test]
    public async Task Change_that_cannot_be_read_is_logged_and_not_taken()
    {
        var services = new ServiceCollection();
        services.AddSingleton<ILoggerFactory>(_log);
        services.AddRefreshTokenRotation(_configuration);
        await using var provider = services.BuildServiceProvider();
        var tokens = provider.GetRequiredService<IRefreshTokenService>();
        await tokens.IssueAsync(new IssueRequest { Subject = "u", ClientId = "c" });

        _values["DefaultPolicy:Leeway"] = "10";
        _values["TokenPrefix"] = "new_";
        Reload();

        (await tokens.IssueAsync(new IssueRequest { Subject = "u", ClientId = "c" })).RefreshToken.Reveal().Should().StartWith("rtr_");
        _log.Of(15).Should().Contain(entry => entry.Message.Contains("DefaultPolicy:Leeway ('10')"));

        _values["DefaultPolicy:Leeway"] = "10s";
        Reload();

        (await tokens.IssueAsync(new IssueRequest { Subject = "u", ClientId = "c" })).RefreshToken.Reveal().Should().StartWith("new_");
    }

    [Test]
    public async Task Invalid_options_at_start_are_an_exception_and_no_log_message()
    {
        _values["EventQueueCapacity"] = "0";
        Reload();
        var first = () => PrefixAsync();
        await first.Should().ThrowAsync<OptionsValidationException>("nothing valid was there yet");

        _log.Of(15).Should().BeEmpty("the caller has the exception");
    }

    [Test]
    public async Task Options_of_another_name_are_not_taken()
    {
        var services = new ServiceCollection();
        var change = new NamedChange();
        services.AddSingleton<IOptionsChangeTokenSource<RefreshTokenRotationOptions>>(change);
        services.AddRefreshTokenRotation();
        services.Configure<RefreshTokenRotationOptions>("other", options => options.TokenPrefix = "other_");
        await using var provider = services.BuildServiceProvider();
        var tokens = provider.GetRequiredService<IRefreshTokenService>();

        change.Fire();

        (await tokens.IssueAsync(new IssueRequest { Subject = "u", ClientId = "c" })).RefreshToken.Reveal().Should().StartWith("rtr_");
    }

    private async Task<string> PrefixAsync() =>
        (await _provider.GetRequiredService<IRefreshTokenService>().IssueAsync(new IssueRequest { Subject = "u", ClientId = "c" })).RefreshToken.Reveal()[..^76];

    /// <summary>The options system throws at whoever reloads. A file watcher swallows that.</summary>
    private void Reload()
    {
        try
        {
            _configuration.Reload();
        }
        catch (Exception thrown) when (thrown is AggregateException or OptionsValidationException)
        {
            // Checked by what the library answers and logs.
        }
    }

    private sealed class Source(Dictionary<string, string?> values) : IConfigurationSource
    {
        public IConfigurationProvider Build(IConfigurationBuilder builder) => new Provider(values);
    }

    private sealed class Provider(Dictionary<string, string?> values) : ConfigurationProvider
    {
        public override void Load() => Data = new Dictionary<string, string?>(values, StringComparer.OrdinalIgnoreCase);
    }

    private sealed class NamedChange : IOptionsChangeTokenSource<RefreshTokenRotationOptions>
    {
        private ConfigurationReloadToken _token = new();

        public string? Name => "other";

        public Microsoft.Extensions.Primitives.IChangeToken GetChangeToken() => _token;

        public void Fire() => Interlocked.Exchange(ref _token, new ConfigurationReloadToken()).OnReload();
    }
}
