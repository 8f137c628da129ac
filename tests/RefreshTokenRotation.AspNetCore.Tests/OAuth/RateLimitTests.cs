using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using RefreshTokenRotation.AspNetCore.Tests.Snippets;
using RefreshTokenRotation.AspNetCore.Tests.Support;

namespace RefreshTokenRotation.AspNetCore.Tests;

/// <summary>ASP.NET Core's own rate limits on the endpoints, as a page shows them.</summary>
[TestFixture]
internal sealed class RateLimitTests
{
    [Test]
    public async Task Too_many_requests_are_refused()
    {
        var builder = WebApplication.CreateSlimBuilder(["--urls", "http://127.0.0.1:0"]);
        builder.Services.AddRefreshTokenRotation().AddEndpoints(Clients.Add);
        builder.Services.AddSingleton<IAccessTokenIssuer, StubIssuer>();
        RateLimits.Add(builder);
        await using var app = builder.Build();
        RateLimits.Map(app);
        await app.StartAsync();
        using var http = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };

        // Far more at once than the bucket gives out in the time that they take.
        var answers = await Task.WhenAll(Enumerable.Range(0, 300).Select(async _ =>
        {
            using var content = new StringContent("client_id=unknown&token=a", null, "application/x-www-form-urlencoded");
            using var answer = await http.PostAsync("/oauth/introspect", content);
            return (int)answer.StatusCode;
        }));

        answers.Distinct().Should().BeEquivalentTo([400, 429]);
        answers.Count(status => status == 400).Should().BeGreaterThanOrEqualTo(20, "the bucket holds as many");
    }
}
