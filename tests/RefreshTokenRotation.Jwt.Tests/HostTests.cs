using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using RefreshTokenRotation.Jwt.Tests.Support;
using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.Jwt.Tests;

/// <summary>What a host meets when it starts.</summary>
[TestFixture]
internal sealed class HostTests
{
    private LogCapture _log = null!;

    [SetUp]
    public void SetUp() => _log = new LogCapture();

    [TearDown]
    public void TearDown() => _log.Dispose();

    [Test]
    public async Task Issuer_is_what_the_host_asks_for_tokens_and_keys()
    {
        await using var issuing = new Issuing();

        issuing.Services.GetRequiredService<IAccessTokenIssuer>().Should().BeSameAs(issuing.Tokens);
        issuing.Services.GetRequiredService<IJsonWebKeySetSource>().Should().BeSameAs(issuing.Tokens);
    }

    [Test]
    public async Task Development_key_is_announced_once_and_signs_what_every_client_knows()
    {
        using var host = Host(Environments.Development, options => options.GenerateDevelopmentKey = true);
        await host.StartAsync();
        var issuer = host.Services.GetRequiredService<JwtAccessTokenIssuer>();

        var tokens = new List<ReadToken>();
        for (var i = 0; i < 3; i++)
        {
            tokens.Add(new ReadToken((await issuer.IssueAsync(Issuing.Request(), CancellationToken.None)).Value));
        }

        tokens.Should().OnlyContain(token => token.Header.GetProperty("alg").GetString() == "RS256");
        tokens.Select(token => token.Header.GetProperty("kid").GetString()).Distinct().Should().ContainSingle();
        _log.Of(201).Should().ContainSingle().Which.Level.Should().Be(LogLevel.Warning);
    }

    [Test]
    public async Task Development_key_gives_way_to_any_other()
    {
        using var host = Host(Environments.Development, options =>
        {
            options.GenerateDevelopmentKey = true;
            options.SigningKeys.Add(Keys.Ec);
        });
        await host.StartAsync();

        var set = await host.Services.GetRequiredService<IJsonWebKeySetSource>().GetJsonWebKeySetAsync(CancellationToken.None);

        set.Should().Contain(Keys.Ec.KeyId).And.NotContain("RS256");
        _log.Of(201).Should().BeEmpty();
    }

    [TestCase("Production")]
    [TestCase("Staging")]
    public async Task Development_key_elsewhere_is_refused_unless_it_is_meant(string environment)
    {
        using var refused = Host(environment, options => options.GenerateDevelopmentKey = true);
        using var meant = Host(environment, options => options.GenerateDevelopmentKey = options.AllowDevelopmentKeyEverywhere = true);

        await refused.Awaiting(it => it.StartAsync()).Should().ThrowAsync<OptionsValidationException>()
            .WithMessage($"*GenerateDevelopmentKey*{environment}*AllowDevelopmentKeyEverywhere*");
        await meant.StartAsync();
    }

    [Test]
    public async Task Start_without_a_key_that_signs_fails()
    {
        using var folder = new TemporaryFolder();
        using var empty = Host(Environments.Production, options => options.KeyFolder = folder.Root);
        using var missing = Host(Environments.Production, options => options.KeyFolder = folder.PathOf("none"));
        using var future = Host(Environments.Production, options => options.SigningKeys.Add(Keys.Ec with { ActivatesAt = DateTimeOffset.MaxValue }));

        await empty.Awaiting(it => it.StartAsync()).Should().ThrowAsync<InvalidOperationException>().WithMessage("*No signing key is active*");
        await missing.Awaiting(it => it.StartAsync()).Should().ThrowAsync<DirectoryNotFoundException>().WithMessage("KeyFolder ('/*') does not exist*UseDevelopmentSigningKey()*");
        await future.Awaiting(it => it.StartAsync()).Should().ThrowAsync<InvalidOperationException>().WithMessage("*No signing key is active*");
    }

    [Test]
    public async Task Nothing_logged_shows_a_token_or_a_private_key()
    {
        using var ecdsa = System.Security.Cryptography.ECDsa.Create(System.Security.Cryptography.ECCurve.NamedCurves.nistP256);
        using var folder = new TemporaryFolder();
        var pem = ecdsa.ExportPkcs8PrivateKeyPem();
        folder.Write("1.pem", pem);
        using var host = Host(Environments.Production, options => options.KeyFolder = folder.Root);
        await host.StartAsync();
        var issuer = host.Services.GetRequiredService<JwtAccessTokenIssuer>();

        var issued = await issuer.IssueAsync(Issuing.Request("openid"), CancellationToken.None);
        await issuer.ValidateAsync(issued.Value, CancellationToken.None);
        await issuer.ValidateAsync(issued.Value + "a", CancellationToken.None);

        var entries = _log.Entries.Select(entry => $"{entry.Message}\n{entry.Values()}\n{entry.Exception}").ToList();
        entries.Should().Contain(entry => entry.Contains(SigningKey.FromECDsa(ecdsa).KeyId), "the change of keys is told");
        foreach (var secret in new[] { issued.Value[^20..], issued.IdToken![^20..], pem[40..60] })
        {
            entries.Should().NotContain(entry => entry.Contains(secret));
        }

        issued.ToString().Should().Be("[redacted]");
    }

    private IHost Host(string environment, Action<JwtAccessTokenOptions> configure)
    {
        var builder = Microsoft.Extensions.Hosting.Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { EnvironmentName = environment });
        builder.Services.AddSingleton<ILoggerFactory>(_log);
        builder.Services.AddRefreshTokenRotation().UseJwtAccessTokens(options =>
        {
            options.Issuer = Issuing.Issuer;
            configure(options);
        });
        return builder.Build();
    }
}
