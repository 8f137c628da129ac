using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.Identity.Tests.Snippets;

/// <summary>What the README shows, compiled and run.</summary>
[TestFixture]
internal sealed class SnippetTests
{
    [Test]
    public async Task Snippets_make_an_application()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Services.AddAuthorization().AddDbContext<Start.AppDb>(options => options.UseSqlite("Data Source=:memory:"));
        Start.Register(builder);
        await using var app = builder.Build();
        Start.Map(app);
        ((IEndpointRouteBuilder)app).DataSources.SelectMany(source => source.Endpoints).OfType<RouteEndpoint>()
            .Select(endpoint => endpoint.RoutePattern.RawText).Should().Contain(["/login", "/refresh", "/logout", "/manage/sessions"]);
    }

    [Test]
    public void Readme_code_is_compiled_code()
    {
        var readme = File.ReadAllText(Repository.PathOf("src", "RefreshTokenRotation.Identity", "README.md"));
        var snippets = SnippetFiles.All("RefreshTokenRotation.Identity.Tests");

        var blocks = Markdown.Blocks(readme).Where(block => block.Language == "csharp").ToList();

        blocks.Select(block => block.Mark).Should().BeEquivalentTo(snippets.Keys.Select(name => $"snippet: {name}"), "each is shown once");
        foreach (var block in blocks)
        {
            block.Text.Should().Be(snippets[block.Mark!["snippet: ".Length..]]);
        }
    }
}
