using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using RefreshTokenRotation.AspNetCore.Tests.Snippets;
using RefreshTokenRotation.AspNetCore.Tests.Support;
using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.AspNetCore.Tests;

/// <summary>The host that the package's README shows is the one that is compiled and run here.</summary>
public sealed class ReadmeTests
{
    [Test]
    public void Minimal_host_of_the_readme_is_the_one_that_runs_here()
    {
        var readme = File.ReadAllText(Repository.PathOf("src", "RefreshTokenRotation.AspNetCore", "README.md"));
        var shown = readme.Split("```csharp\n")[1].Split("```")[0].Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        var compiled = File.ReadLines(Repository.PathOf("tests", "RefreshTokenRotation.AspNetCore.Tests", "Snippets", "MinimalHost.cs"));

        shown.Length.Should().BeInRange(15, 30);
        shown.Where(line => !line.StartsWith("using ", StringComparison.Ordinal) && line != "app.Run();").Should().Equal(Snippets(compiled));
    }

    [Test]
    public async Task Minimal_host_logs_in_and_refreshes()
    {
        await using var app = MinimalHost.Build(["--environment", "Development", "--urls", "http://127.0.0.1:0"]);
        await app.StartAsync();
        await using (var scope = app.Services.CreateAsyncScope())
        {
            (await scope.ServiceProvider.GetRequiredService<UserManager<IdentityUser>>().CreateAsync(new IdentityUser("alice"), "Passw0rd!")).Succeeded.Should().BeTrue();
        }

        using var http = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };

        var login = await PostAsync("grant_type=password&client_id=cli&username=alice&password=Passw0rd!&scope=openid+offline_access&audience=https://api.example/");
        var refresh = await PostAsync($"grant_type=refresh_token&client_id=cli&refresh_token={login.RefreshToken}");
        var stranger = await PostAsync("grant_type=password&client_id=cli&username=alice&password=guess");

        ((int)login.Status).Should().Be(200, login.Text);
        ((int)refresh.Status).Should().Be(200, refresh.Text);
        refresh.RefreshToken.Should().StartWith("rtr_").And.NotBe(login.RefreshToken);
        refresh.AccessToken!.Split('.').Should().HaveCount(3);
        stranger.ShouldBeError(400, "invalid_grant");

        async Task<Answer> PostAsync(string form)
        {
            using var content = new StringContent(form, System.Text.Encoding.UTF8, "application/x-www-form-urlencoded");
            return await Answer.ReadAsync(await http.PostAsync("/oauth/token", content));
        }
    }

    private static IEnumerable<string> Snippets(IEnumerable<string> lines)
    {
        var isOpen = false;
        foreach (var line in lines.Select(line => line.Trim()))
        {
            if (line is "// snippet" or "// end-snippet")
            {
                isOpen = line == "// snippet";
            }
            else if (isOpen && line.Length > 0)
            {
                yield return line;
            }
        }
    }
}
