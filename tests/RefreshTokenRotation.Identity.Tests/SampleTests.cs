using System.Net;
using IdentityApi;
using RefreshTokenRotation.Identity.Tests.Support;
using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.Identity.Tests;

/// <summary>The sample runs, and does what its page shows.</summary>
[TestFixture]
internal sealed class SampleTests
{
    [Test]
    public async Task Sample_serves_its_page_and_rotates()
    {
        var database = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.db");
        await using var app = await Api.BuildAsync(["--urls", "http://127.0.0.1:0", "--Database", database, "--Logging:LogLevel:Default", "None"]);
        await app.StartAsync();
        using var client = new Client(new Uri(app.Urls.Single()));
        try
        {
            using var page = await client.SendAsync(HttpMethod.Get, "/");
            (await page.Content.ReadAsStringAsync()).Should().Contain("<h1>Sessions</h1>");
            (await client.StatusAsync(HttpMethod.Get, "/site.js")).Should().Be(HttpStatusCode.OK);

            await client.PostAsync("/register", new { email = "alice@example.com", password = Host.Password });
            await client.LogInAsync("alice@example.com", Host.Password);
            var first = client.RefreshToken;
            (await client.RefreshAsync()).Should().Be(HttpStatusCode.OK);
            (await client.RefreshAsync()).Should().Be(HttpStatusCode.OK);
            (await client.StatusAsync(HttpMethod.Get, "/api/hello")).Should().Be(HttpStatusCode.OK);
            (await client.GetAsync<IdentitySession[]>("/manage/sessions")).Should().ContainSingle(session => session.IsCurrent);

            (await client.RefreshAsync(first)).Should().Be(HttpStatusCode.Unauthorized);
            (await client.StatusAsync(HttpMethod.Get, "/api/hello")).Should().Be(HttpStatusCode.Unauthorized);
        }
        finally
        {
            await app.StopAsync();
            Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
            File.Delete(database);
        }
    }

    [Test]
    public void Sample_stays_short()
    {
        var folder = Repository.PathOf("samples", "IdentityApi");
        string[] code = [.. Directory.EnumerateFiles(folder, "*.cs"), Path.Combine(folder, "wwwroot", "index.html"), Path.Combine(folder, "wwwroot", "site.js")];
        code.Sum(file => File.ReadLines(file).Count())
            .Should().BeLessThanOrEqualTo(150, "all of its code is read at once; the style sheet is none");
    }
}
