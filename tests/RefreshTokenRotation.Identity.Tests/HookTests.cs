using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using RefreshTokenRotation.Identity.Tests.Support;

namespace RefreshTokenRotation.Identity.Tests;

/// <summary>Exchange hooks at the refresh endpoint.</summary>
[TestFixture]
internal sealed class HookTests
{
    [Test]
    public async Task Error_that_a_hook_names_is_the_answer_and_consumes_nothing()
    {
        var judge = new Judge();
        await using var host = await Host.StartAsync(use: rotation =>
        {
            rotation.Services.AddSingleton(judge);
            rotation.AddExchangeHook<JudgingHook>();
        });
        using var client = await host.LogInAsync();
        judge.Refusal = ExchangeRefusal.MfaRequired("mfa-1", "A second factor, please.");

        using var refused = await client.PostAsync("/refresh", new { refreshToken = client.RefreshToken });

        refused.StatusCode.Should().Be(HttpStatusCode.Forbidden);
        refused.Content.Headers.ContentType!.MediaType.Should().Be("application/problem+json");
        var problem = await refused.Content.ReadFromJsonAsync<JsonElement>();
        new[] { "error", "mfa_token", "detail" }.Select(name => problem.GetProperty(name).GetString())
            .Should().Equal("mfa_required", "mfa-1", "A second factor, please.");
        judge.Refusal = null;
        (await client.RefreshAsync()).Should().Be(HttpStatusCode.OK);
    }

    private sealed class Judge
    {
        public ExchangeRefusal? Refusal { get; set; }
    }

    private sealed class JudgingHook(Judge judge) : IExchangeHook
    {
        public ValueTask OnExchangeAsync(ExchangeHookContext context, CancellationToken cancellationToken)
        {
            if (judge.Refusal is { } refusal)
            {
                context.Refuse(refusal);
            }

            return default;
        }
    }
}
