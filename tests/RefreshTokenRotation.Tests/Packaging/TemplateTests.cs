using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;
using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.Tests.Packaging;

/// <summary>The templates as a user gets them: installed from their package, instantiated, built from the packed packages, and run.</summary>
[TestFixture]
internal sealed partial class TemplateTests
{
    private const string Email = "alice@example.com";
    private const string Password = "Passw0rd!";

    [Test]
    public async Task Templates_build_and_run()
    {
        using var folder = new TemporaryFolder();
        using var consumer = await ConsumerProject.CreateAsync(Packages.Library);
        await Dotnet.RunAsync(
            Repository.Root, "pack", Repository.PathOf("templates", "RefreshTokenRotation.Templates.csproj"), "--output", folder.Root,
            "--artifacts-path", folder.PathOf("artifacts"));
        string[] hive = ["--debug:custom-hive", folder.PathOf("hive")];
        await consumer.DotnetAsync(["new", "install", Directory.EnumerateFiles(folder.Root, "*.nupkg").Single(), .. hive]);
        foreach (var (template, name) in new[] { ("rtr-api", "MyApi"), ("rtr-server", "MyServer") })
        {
            await consumer.DotnetAsync(["new", template, "--output", name, "--PackageVersion", Packages.Library.Version, .. hive]);
            await consumer.DotnetAsync("build", Path.Combine(name, $"{name}.csproj"), "--configuration", "Release", "-warnaserror", "-v", "q");
            (await File.ReadAllTextAsync(consumer.PathOf(Path.Combine(name, ".gitignore")))).Should().Contain("*.db\n");
        }

        await RunAsync(consumer.PathOf("MyApi"), "MyApi", folder, CheckApiAsync, warnings: 2, $"session of {Email} on phone (127.0.0.1) has ended: thief (127.0.0.1) sent an old token");
        await RunAsync(consumer.PathOf("MyServer"), "MyServer", folder, CheckServerAsync, warnings: 1); // 327

        (await TextsAsync("MyApi")).Should().Be("options.Transport = RefreshTokenTransport.Cookie), \"DefaultPolicy\": \"Spa\"");
        await consumer.DotnetAsync(["new", "rtr-api", "--output", "MyPhoneApi", "--transport", "Body", .. hive]);
        (await TextsAsync("MyPhoneApi")).Should().Be("options.Transport = RefreshTokenTransport.Body), \"DefaultPolicy\": \"Mobile\"");

        async Task<string> TextsAsync(string name) => string.Join(", ", [
            TransportOf().Match(await File.ReadAllTextAsync(consumer.PathOf(Path.Combine(name, "Program.cs")))).Value,
            PolicyOf().Match(await File.ReadAllTextAsync(consumer.PathOf(Path.Combine(name, "appsettings.json")))).Value]);
    }

    [Test]
    public void Templates_name_the_version_of_their_packages()
    {
        foreach (var template in new[] { "rtr-api", "rtr-server" })
        {
            using var config = JsonDocument.Parse(File.ReadAllText(Repository.PathOf("templates", template, ".template.config", "template.json")));
            var version = config.RootElement.GetProperty("symbols").GetProperty("PackageVersion");
            File.ReadAllText(Repository.PathOf("src", "Directory.Build.props")).Should().Contain($"<VersionPrefix>{version.GetProperty("defaultValue").GetString()}<");
            File.ReadAllText(Directory.EnumerateFiles(Repository.PathOf("templates", template), "*.csproj").Single())
                .Should().Contain($"""Version="{version.GetProperty("replaces").GetString()}" """.TrimEnd())
                .And.Contain($"""Include="SQLitePCLRaw.bundle_e_sqlite3" Version="{Repository.PackageVersion("SQLitePCLRaw.bundle_e_sqlite3")}" """.TrimEnd());
        }
    }

    private static async Task CheckApiAsync(HttpClient http)
    {
        (await http.PostAsJsonAsync("/auth/login", new { email = Email })).StatusCode.Should().Be(HttpStatusCode.Unauthorized);
        var login = await http.PostAsJsonAsync("/auth/login", new { email = Email, password = Password });
        login.StatusCode.Should().Be(HttpStatusCode.OK);
        var (second, _) = await RefreshAsync(login, "phone");
        second.StatusCode.Should().Be(HttpStatusCode.OK);
        var (third, accessToken) = await RefreshAsync(second, "phone");
        third.StatusCode.Should().Be(HttpStatusCode.OK);
        await HelloAsync(http, accessToken);
        (await RefreshAsync(login, "thief")).Answer.StatusCode.Should().Be(HttpStatusCode.Unauthorized);

        async Task<(HttpResponseMessage Answer, string? AccessToken)> RefreshAsync(HttpResponseMessage former, string device)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/auth/refresh");
            request.Headers.Add("Cookie", former.Headers.GetValues("Set-Cookie").Single().Split(';')[0]);
            request.Headers.Add("User-Agent", device);
            var answer = await http.SendAsync(request);
            return (answer, answer.IsSuccessStatusCode ? (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("accessToken").GetString() : null);
        }
    }

    private static async Task CheckServerAsync(HttpClient http)
    {
        var first = await TokenAsync(http, $"grant_type=password&client_id=spa&username={Email}&password={Password}&scope=read+offline_access&resource=http://localhost:5000/api");
        var second = await TokenAsync(http, $"grant_type=refresh_token&client_id=spa&refresh_token={first.GetProperty("refresh_token").GetString()}");
        await HelloAsync(http, second.GetProperty("access_token").GetString());

        var narrow = await TokenAsync(http, $"grant_type=password&client_id=spa&username={Email}&password={Password}&scope=offline_access+admin");
        narrow.GetProperty("scope").GetString().Should().Be("offline_access");
        (await ApiAsync(http, "GET", narrow.GetProperty("access_token").GetString())).StatusCode.Should().Be(HttpStatusCode.Forbidden);
        foreach (var answer in new[] { await ApiAsync(http, "OPTIONS", token: null), await ApiAsync(http, "GET", token: null), await ApiAsync(http, "GET", second.GetProperty("access_token").GetString()) })
        {
            answer.Headers.GetValues("Access-Control-Allow-Origin").Should().Equal("http://localhost:5173");
        }
    }

    /// <summary>A call of the browser app's page.</summary>
    private static async Task<HttpResponseMessage> ApiAsync(HttpClient http, string method, string? token)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), "/api/hello");
        request.Headers.Add("Origin", "http://localhost:5173");
        if (method == "OPTIONS")
        {
            request.Headers.Add("Access-Control-Request-Method", "GET");
            request.Headers.Add("Access-Control-Request-Headers", "authorization");
        }

        request.Headers.Authorization = token is null ? null : new AuthenticationHeaderValue("Bearer", token);
        return await http.SendAsync(request);
    }

    private static async Task<JsonElement> TokenAsync(HttpClient http, string form)
    {
        using var content = new StringContent(form, new MediaTypeHeaderValue("application/x-www-form-urlencoded"));
        using var answer = await http.PostAsync(new Uri("/oauth/token", UriKind.Relative), content);
        var body = await answer.Content.ReadAsStringAsync();
        answer.StatusCode.Should().Be(HttpStatusCode.OK, body);
        return JsonDocument.Parse(body).RootElement;
    }

    private static async Task HelloAsync(HttpClient http, string? accessToken)
    {
        (await http.GetAsync(new Uri("/api/hello", UriKind.Relative))).StatusCode.Should().Be(HttpStatusCode.Unauthorized);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/hello");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", accessToken);
        using var hello = await http.SendAsync(request);
        (await hello.Content.ReadAsStringAsync()).Should().Be($"Hello {Email}");
    }

    /// <summary>Runs the built program on a free port, with a profile of its own.</summary>
    private static async Task RunAsync(string project, string name, TemporaryFolder profile, Func<HttpClient, Task> check, int warnings, string? lastLine = null)
    {
        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", [Path.Combine("bin", "Release", "net10.0", $"{name}.dll"), "--urls", "http://127.0.0.1:0"])
        {
            WorkingDirectory = project,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["ASPNETCORE_ENVIRONMENT"] = "Development";
        start.Environment["AllowedHosts"] = "*";
        start.Environment["XDG_DATA_HOME"] = profile.Root;
        using var process = Process.Start(start)!;
        using var limit = new ProcessLimit(process);
        var errors = process.StandardError.ReadToEndAsync();
        var lines = new List<string>();
        try
        {
            while (await process.StandardOutput.ReadLineAsync() is { } line)
            {
                lines.Add(line);
                if (line.Split("Now listening on: ") is [_, var address])
                {
                    using var http = new HttpClient(new SocketsHttpHandler { UseCookies = false }) { BaseAddress = new Uri(address) };
                    await check(http);
                    while (lastLine is not null && !lines[^1].Contains(lastLine, StringComparison.Ordinal))
                    {
                        lines.Add(await process.StandardOutput.ReadLineAsync() ?? throw new AssertionException($"'{lastLine}' is missing:\n{string.Join('\n', lines)}"));
                    }

                    process.Kill(entireProcessTree: true);
                    lines.AddRange((await process.StandardOutput.ReadToEndAsync()).Split('\n'));
                    lines.Count(static text => text.StartsWith("warn:", StringComparison.Ordinal)).Should().Be(warnings, "a template is configured right:\n" + string.Join('\n', lines));
                    return;
                }
            }

            Assert.Fail($"{name} did not start:\n{string.Join('\n', lines)}\n{await errors}");
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }

            await limit.WaitForExitAsync();
        }
    }

    [GeneratedRegex(@"options\.Transport = \w+\.\w+\)")]
    private static partial Regex TransportOf();

    [GeneratedRegex("\"DefaultPolicy\": \"\\w+\"")]
    private static partial Regex PolicyOf();
}
