using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using RefreshTokenRotation.AspNetCore.Tests.Sessions;
using RefreshTokenRotation.AspNetCore.Tests.Support;

namespace RefreshTokenRotation.AspNetCore.Tests.OAuth;

/// <summary>What a hook's answer looks like on the wire.</summary>
[TestFixture]
internal sealed class HookAnswerTests
{
    private static readonly (Func<ExchangeRefusal> Refusal, int Status, string Body)[] Refusals =
    [
        (() => ExchangeRefusal.AccessDenied("Your device is blocked."), 403, """{"error":"access_denied","error_description":"Your device is blocked."}"""),
        (() => ExchangeRefusal.InteractionRequired(), 400, """{"error":"interaction_required"}"""),
        (() => ExchangeRefusal.MfaRequired("Fe26.2*x", "Multifactor authentication required"), 403,
            """{"error":"mfa_required","error_description":"Multifactor authentication required","mfa_token":"Fe26.2*x"}"""),
        (() => ExchangeRefusal.StepUpRequired(["urn:mfa"], TimeSpan.FromHours(1)), 400,
            """{"error":"insufficient_user_authentication","acr_values":"urn:mfa","max_age":3600}"""),
    ];

    [Test]
    public async Task Refusal_is_the_error_of_the_token_endpoint([Range(0, 3)] int index)
    {
        var (refusal, status, body) = Refusals[index];
        var hook = new Hook { Answer = context => context.Refuse(refusal()) };
        await using var host = await TestHost.StartAsync(setup => setup.Build = rotation => rotation.Services.AddSingleton<IExchangeHook>(hook));
        var issued = await host.IssueAsync();

        var answer = await host.RefreshAsync(issued.RefreshToken.Reveal());

        ((int)answer.Status, answer.Text).Should().Be((status, body));
        answer.ShouldNotBeCached();
        hook.Answer = null;
        await host.ShouldStillExchangeAsync(issued.RefreshToken);
        host.Logs.Entries.Should().NotContain(entry => $"{entry.Message} {entry.Exception}".Contains("Fe26", StringComparison.Ordinal));
    }

    [Test]
    public async Task Revocation_is_403_access_denied_and_ends_the_family()
    {
        var hook = new Hook { Answer = static context => context.Revoke(RevocationReason.Administrator, ExchangeRefusal.AccessDenied("Not from there.")) };
        await using var host = await TestHost.StartAsync(setup => setup.Build = rotation => rotation.Services.AddSingleton<IExchangeHook>(hook));
        var issued = await host.IssueAsync();

        (await host.RefreshAsync(issued.RefreshToken.Reveal())).ShouldBeError(403, "access_denied");

        (await host.Families.FindAsync(issued.Family.FamilyId))!.RevocationReason.Should().Be(RevocationReason.Administrator);
        hook.Answer = null;
        (await host.RefreshAsync(issued.RefreshToken.Reveal())).ShouldBeError(400, "invalid_grant");
    }

    [Test]
    public async Task Refusal_is_a_problem_of_the_plain_log_in()
    {
        var hook = new Hook { Answer = static context => context.Refuse(ExchangeRefusal.MfaRequired("the-token", "One more factor.")) };
        await using var host = await SessionHost.StartAsync(build: rotation => rotation.Services.AddSingleton<IExchangeHook>(hook));
        var (login, _) = await host.SendAsync("POST", "/login/alice");

        foreach (var path in new[] { "/auth/refresh", "/own" })
        {
            var token = login.Text("refreshToken");
            var (body, answer) = await host.SendAsync("POST", path, new { refreshToken = token, token });

            ((int)answer.StatusCode, answer.Content.Headers.ContentType!.MediaType).Should().Be((403, "application/problem+json"));
            JsonSerializer.Serialize(body).Should().Be("""{"mfa_token":"the-token","status":403,"title":"One more factor.","error":"mfa_required"}""");
        }
    }

    [Test]
    public async Task Hook_that_throws_is_503_at_every_endpoint_and_consumes_nothing()
    {
        var hook = new Hook();
        await using var host = await SessionHost.StartAsync(
            build: rotation => rotation.Services.AddSingleton<IExchangeHook>(hook),
            change: setup =>
            {
                var map = setup.Map!;
                setup.Map = endpoints =>
                {
                    endpoints.MapRefreshTokenRotation();
                    map(endpoints);
                };
            });
        var (login, _) = await host.SendAsync("POST", "/login/alice");
        var issued = await host.IssueAsync();
        hook.Answer = static _ => throw new InvalidOperationException("The user directory is down.");

        (await host.RefreshAsync(issued.RefreshToken.Reveal())).ShouldBeError(503, "temporarily_unavailable");
        var (body, answer) = await host.SendAsync("POST", "/auth/refresh", new { refreshToken = login.Text("refreshToken") });

        ((int)answer.StatusCode, body.Text("error"), answer.Headers.RetryAfter!.Delta).Should().Be((503, "temporarily_unavailable", TimeSpan.FromSeconds(1)));
        body.GetRawText().Should().NotContain("directory");
        host.Logs.Of(301).Should().HaveCount(2).And.OnlyContain(entry => entry.Exception!.Message == "The user directory is down.");
        hook.Answer = null;
        ((int)(await host.SendAsync("POST", "/auth/refresh", new { refreshToken = login.Text("refreshToken") })).Answer.StatusCode).Should().Be(200);
        await host.ShouldStillExchangeAsync(issued.RefreshToken);
    }

    private sealed class Hook : IExchangeHook
    {
        public Action<ExchangeHookContext>? Answer { get; set; }

        public ValueTask OnExchangeAsync(ExchangeHookContext context, CancellationToken cancellationToken)
        {
            Answer?.Invoke(context);
            return default;
        }
    }
}
