using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using RefreshTokenRotation.AspNetCore.Tests.Snippets;
using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.AspNetCore.Tests.ResourceServer;

/// <summary>The code that the package's README shows for resource servers is compiled, and builds a pipeline.</summary>
[TestFixture]
internal sealed class ResourceServerReadmeTests
{
    [TestCase("bearer", 2)]
    [TestCase("bearer elsewhere", 5)]
    [TestCase("resource server", 1)]
    [TestCase("resource server elsewhere", 6)]
    [TestCase("resource server pipeline", 5)]
    public void Code_of_the_readme_is_compiled(string name, int lines)
    {
        var readme = Lines(File.ReadAllText(Repository.PathOf("src", "RefreshTokenRotation.AspNetCore", "README.md")));
        var source = File.ReadAllText(Repository.PathOf("tests", "RefreshTokenRotation.AspNetCore.Tests", "Snippets", "ResourceServers.cs"));
        var snippet = Lines(source.Split($"// snippet: {name}\n")[1].Split("// end-snippet")[0]);

        snippet.Should().HaveCount(lines);
        string.Join('\n', readme).Should().Contain(string.Join('\n', snippet));
    }

    [Test]
    public async Task Code_of_the_readme_builds_a_pipeline_with_the_store_and_elsewhere()
    {
        var here = WebApplication.CreateSlimBuilder();
        here.Services.AddAuthentication();
        here.Services.AddAuthorization();
        here.Services.AddRefreshTokenRotation();
        ResourceServers.Add(here);
        await using var app = here.Build();
        app.Invoking(ResourceServers.Use).Should().NotThrow();

        var elsewhere = WebApplication.CreateSlimBuilder();
        elsewhere.Configuration["Api:ClientSecret"] = "s";
        ResourceServers.AddElsewhere(elsewhere);
        await using var api = elsewhere.Build();
        api.Invoking(app => app.UseAccessTokenDenyList()).Should().NotThrow();
        api.Services.GetRequiredService<IOptions<IntrospectionSourceOptions>>().Value.ClientSecret.Should().Be("s");
    }

    private static string[] Lines(string text) => text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
}
