using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace RefreshTokenRotation.Identity.Tests.Snippets;

/// <summary>What the pages show, compiled and run.</summary>
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
}
