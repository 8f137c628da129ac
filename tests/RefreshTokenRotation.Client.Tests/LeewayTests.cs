using System.Net;
using RefreshTokenRotation.Client.Tests.Support;

namespace RefreshTokenRotation.Client.Tests;

/// <summary>The leeway that a server states in its answers.</summary>
[TestFixture]
internal sealed class LeewayTests
{
    [TestCase("", 5)]
    [TestCase(", \"refresh_token_leeway\": 40", 20)]
    [TestCase(", \"refresh_token_leeway\": \"40\"", 20)]
    [TestCase(", \"refresh_token_leeway\": 0", 60)]
    [TestCase(", \"refresh_token_leeway\": 0.001", 0.1)]
    [TestCase(", \"refresh_token_leeway\": -1", 60)]
    [TestCase(", \"refresh_token_leeway\": true", 5)]
    public async Task Leeway_that_the_server_states_comes_before_the_option(string member, double limit)
    {
        await using var app = new TestApp(options: static options => options.RequestTimeout = TimeSpan.FromMinutes(1));
        await app.SignInAsync();
        app.Server.Then(StubServer.Text(HttpStatusCode.OK, $$"""{"access_token":"at-first","expires_in":60,"refresh_token":"rt-first"{{member}}}"""));
        await app.TokenAsync();
        app.Time.Advance(TimeSpan.FromMinutes(2));
        var waited = TimeSpan.Zero;
        app.Server.Script.Enqueue(cancel =>
        {
            for (var step = TimeSpan.FromMilliseconds(50); !cancel.IsCancellationRequested && waited < TimeSpan.FromMinutes(2); waited += step)
            {
                app.Time.Advance(step);
            }

            return Task.FromCanceled<HttpResponseMessage?>(cancel);
        });

        (await app.TokenAsync()).Should().Be("at-2");

        waited.Should().Be(TimeSpan.FromSeconds(limit), "a request may take half of the leeway, so that a retry still falls within it");
        app.Server.Presented.Should().Equal("rt-1", "rt-first", "rt-first");
    }
}
