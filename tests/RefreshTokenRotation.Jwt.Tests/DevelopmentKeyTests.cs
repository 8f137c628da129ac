using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.Jwt.Tests;

/// <summary>The development key that outlives the process.</summary>
[TestFixture]
internal sealed class DevelopmentKeyTests
{
    private TemporaryFolder _folder = null!;

    [SetUp]
    public void SetUp() => _folder = new TemporaryFolder();

    [TearDown]
    public void TearDown() => _folder.Dispose();

    [TestCase(SigningAlgorithm.RS256)]
    [TestCase(SigningAlgorithm.PS256)]
    [TestCase(SigningAlgorithm.ES256)]
    public async Task Token_is_valid_after_a_restart(SigningAlgorithm algorithm)
    {
        string token;
        using (var host = await StartAsync(algorithm))
        {
            token = await IssueAsync(host);
        }

        using var restarted = await StartAsync(algorithm);

        (await ReadAsync(restarted, token)).Should().NotBeNull();
    }

    [Test]
    public async Task File_is_its_owners_alone_and_one_that_others_can_read_is_refused()
    {
        using (await StartAsync())
        {
        }

        var file = Directory.EnumerateFiles(_folder.PathOf("keys")).Should().ContainSingle().Subject;
        Path.GetFileName(file).Should().Be("RS256.pem");
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        File.GetUnixFileMode(file).Should().Be(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.GroupRead);
        (await FluentActions.Awaiting(() => StartAsync()).Should().ThrowAsync<InvalidOperationException>())
            .WithMessage($"The development key '{file}' can be read by others*");
    }

    [Test]
    public async Task Processes_that_start_at_once_share_one_key()
    {
        var hosts = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => StartAsync(SigningAlgorithm.ES256))));
        var token = await IssueAsync(hosts[0]);

        foreach (var host in hosts)
        {
            (await ReadAsync(host, token)).Should().NotBeNull();
            host.Dispose();
        }

        Directory.EnumerateFiles(_folder.PathOf("keys")).Should().ContainSingle();
    }

    [TestCase("Production")]
    [TestCase("Staging")]
    public async Task Other_environments_do_not_start(string environment)
    {
        (await FluentActions.Awaiting(() => StartAsync(environment: environment)).Should().ThrowAsync<OptionsValidationException>())
            .WithMessage($"UseDevelopmentSigningKey() or GenerateDevelopmentKey gives the only signing key, but the environment is {environment}*Set SigningKeys or KeyFolder*");
        Directory.Exists(_folder.PathOf("keys")).Should().BeFalse();
    }

    [Test]
    public async Task Other_environments_sign_with_the_key_of_their_folder()
    {
        using var own = System.Security.Cryptography.ECDsa.Create(System.Security.Cryptography.ECCurve.NamedCurves.nistP256);
        var folder = Directory.CreateDirectory(_folder.PathOf("production")).FullName;
        await File.WriteAllTextAsync(Path.Combine(folder, "key.pem"), own.ExportPkcs8PrivateKeyPem());

        using var host = await StartAsync(environment: "Production", keyFolder: folder);

        (await ReadAsync(host, await IssueAsync(host))).Should().NotBeNull();
        Directory.Exists(_folder.PathOf("keys")).Should().BeFalse("there is another key");
    }

    [Test]
    public async Task Other_environments_do_not_start_with_an_empty_folder()
    {
        var folder = Directory.CreateDirectory(_folder.PathOf("production")).FullName;

        await FluentActions.Awaiting(() => StartAsync(environment: "Production", keyFolder: folder)).Should().ThrowAsync<InvalidOperationException>();
        Directory.Exists(_folder.PathOf("keys")).Should().BeFalse();
    }

    [Test]
    public void Folder_is_the_applications_in_the_profile_of_the_user()
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { EnvironmentName = "Development", ApplicationName = "My.Api/1" });
        builder.Services.AddRefreshTokenRotation().UseJwtAccessTokens(options => options.Issuer = "https://id.example/").UseDevelopmentSigningKey();
        using var host = builder.Build();

        var folder = host.Services.GetRequiredService<IOptions<JwtAccessTokenOptions>>().Value.DevelopmentKeyFolder;

        folder.Should().Be(Path.Combine(
            Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify), "RefreshTokenRotation", "My.Api_1"));
    }

    private async Task<IHost> StartAsync(SigningAlgorithm algorithm = SigningAlgorithm.RS256, string environment = "Development", string? keyFolder = null)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { EnvironmentName = environment });
        builder.Services.AddRefreshTokenRotation()
            .UseJwtAccessTokens(options =>
            {
                options.Issuer = "https://id.example/";
                options.DevelopmentKeyAlgorithm = algorithm;
                options.DevelopmentKeyFolder = _folder.PathOf("keys");
                options.KeyFolder = keyFolder;
            })
            .UseDevelopmentSigningKey();
        var host = builder.Build();
        try
        {
            await host.StartAsync();
            return host;
        }
        catch
        {
            host.Dispose();
            throw;
        }
    }

    private static async Task<string> IssueAsync(IHost host) =>
        (await host.Services.GetRequiredService<IAccessTokenIssuer>().IssueAsync(
            new AccessTokenRequest { Subject = "alice", ClientId = "app" }, CancellationToken.None)).Value;

    private static ValueTask<ValidatedAccessToken?> ReadAsync(IHost host, string token) =>
        host.Services.GetRequiredService<IAccessTokenIssuer>().ValidateAsync(token, CancellationToken.None);
}
