using System.Runtime.Versioning;
using System.Text;
using AuthorizationServer.Tests.Support;
using RefreshTokenRotation.Tests.Support;

namespace AuthorizationServer.Tests.Safety;

/// <summary>What could be presented stands neither in the files nor in the log: not for who reads a backup, and not for who reads along.</summary>
[TestFixture]
[UnsupportedOSPlatform("windows")]
internal sealed class SecretTests
{
    private const UnixFileMode OwnersAlone = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private string _folder = null!;

    [SetUp]
    public void SetUp()
    {
        _folder = Directory.CreateTempSubdirectory("RefreshTokenRotation-sample-").FullName;
        File.SetUnixFileMode(_folder, OwnersAlone | UnixFileMode.UserExecute | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
    }

    [TearDown]
    public void TearDown() => Directory.Delete(_folder, recursive: true);

    [Test]
    public async Task Codes_tokens_cookies_and_passwords_are_in_no_file_and_in_no_log()
    {
        const string Password = "correct horse battery staple";
        await using var server = await ServerProcess.StartAsync(
            "--store", "sqlite", "--data", _folder, "--Users:alice:Password", Password, "--Logging:LogLevel:Default", "Debug");
        using var browser = new Browser(server.Origin);
        using var backend = new Backend(server.Origin);
        var unused = new CodeRequest();
        var used = new CodeRequest();
        var device = await backend.PostAsync("/oauth/device/code", ("client_id", "tv"));
        await browser.LogInAsync(await browser.GetAsync("/login"), "alice", Password);
        var waiting = (await browser.AuthorizeAsync(unused)).Callback["code"];
        var code = (await browser.AuthorizeAsync(used)).Callback["code"];
        var first = await backend.TokenAsync(used.Redemption(code));
        var second = await backend.RefreshAsync("spa", first["refresh_token"]!);
        await backend.RefreshAsync("spa", first["refresh_token"]!);
        await backend.PasswordAsync(password: Password);
        string?[] secrets =
        [
            Password, waiting, code, used.Verifier, browser.Cookie("session"), browser.Cookie("visitor"), device["device_code"],
            first["refresh_token"], first["access_token"], first["id_token"], second["refresh_token"], second["access_token"],
        ];

        var files = Directory.GetFiles(_folder).ToDictionary(file => Path.GetFileName(file), Read);

        files.Should().ContainKeys("state.db", "tokens.db");
        secrets.Should().NotContainNulls();
        foreach (var secret in secrets)
        {
            files.Where(file => file.Value.Contains(secret!, StringComparison.Ordinal)).Select(file => file.Key).Should().BeEmpty();
            server.Output.Contains(secret!, StringComparison.Ordinal).Should().BeFalse("the log is for others to read");
        }

        files.Where(file => file.Value.Contains(Names(used), StringComparison.Ordinal)).Should().NotBeEmpty("what is no secret is found in the same way");
        Directory.GetFiles(_folder, "state.db*").Select(File.GetUnixFileMode).Should().OnlyContain(mode => mode == OwnersAlone);
    }

    private static string Names(CodeRequest request) => request.Parameters["code_challenge"]!;

    private static string Read(string file)
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var reader = new StreamReader(stream, Encoding.Latin1);
        return reader.ReadToEnd();
    }
}
