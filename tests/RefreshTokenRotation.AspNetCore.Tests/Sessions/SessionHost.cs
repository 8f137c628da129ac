using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Claims;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using RefreshTokenRotation.AspNetCore.Tests.Support;

namespace RefreshTokenRotation.AspNetCore.Tests.Sessions;

/// <summary>An API with its own log-in: anybody who names a user is that user.</summary>
internal static class SessionHost
{
    public static Task<TestHost> StartAsync(
        RefreshTokenTransport transport = RefreshTokenTransport.Body, Action<RefreshTokenApiOptions>? configure = null, string prefix = "/auth",
        Action<RefreshTokenRotationBuilder>? build = null, Action<TestHostSetup>? change = null) =>
        TestHost.StartAsync(setup =>
        {
            setup.Policy(RotationPolicy.Spa);
            setup.Build = rotation =>
            {
                rotation.AddRefreshTokenApi(options =>
                {
                    options.Transport = transport;
                    configure?.Invoke(options);
                });
                rotation.Services.AddAuthentication("test").AddScheme<AuthenticationSchemeOptions, Bearer>("test", null);
                rotation.Services.AddAuthorization();
                build?.Invoke(rotation);
            };
            setup.Pipeline = app => app.UseAuthentication().UseAuthorization();
            setup.Map = endpoints =>
            {
                endpoints.MapRefreshTokenApi(prefix);
                endpoints.MapPost("/login/{user}", async (string user, HttpContext context, RefreshTokenSessions sessions) =>
                    await sessions.SignInAsync(context, user, deviceName: $"{user}'s phone"));
                endpoints.MapPost("/own", (JsonElement body, IRefreshTokenService tokens, IAccessTokenIssuer issuer) =>
                    tokens.ExchangeAsync(new ExchangeRequest
                    {
                        RefreshToken = body.GetProperty("token").GetString()!,
                        ClientId = "app",
                        CreateAccessToken = (access, cancellation) => issuer.IssueAsync(AccessTokenRequest.For(access), cancellation),
                    }).ToHttpResultAsync());
            };
            change?.Invoke(setup);
        });

    public static async Task<(JsonElement Body, HttpResponseMessage Answer)> SendAsync(
        this TestHost host, string method, string path, object? body = null, string? bearer = null, string? cookie = null, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        request.Content = body switch
        {
            null => null,
            string text => new StringContent(text, MediaTypeHeaderValue.Parse("application/json")),
            HttpContent content => content,
            _ => JsonContent.Create(body),
        };
        if (bearer is not null)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", bearer);
        }

        if (cookie is not null)
        {
            request.Headers.Add("Cookie", cookie);
        }

        foreach (var (name, value) in headers)
        {
            request.Headers.Add(name, value);
        }

        var answer = await host.Http.SendAsync(request);
        var text1 = await answer.Content.ReadAsStringAsync();
        return (text1.Length == 0 ? default : JsonDocument.Parse(text1).RootElement, answer);
    }

    public static string Text(this JsonElement body, string member) => body.GetProperty(member).GetString()!;

    private sealed class Bearer(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder, IAccessTokenIssuer issuer)
        : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
    {
        protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
        {
            var header = Request.Headers.Authorization.ToString();
            if (!header.StartsWith("Bearer ", StringComparison.Ordinal)
                || await issuer.ValidateAsync(header[7..], Context.RequestAborted) is not { } token)
            {
                return AuthenticateResult.NoResult();
            }

            var identity = new ClaimsIdentity([new Claim("sub", token.Subject), new Claim("rtr_fid", $"{token.FamilyId:N}")], "test");
            if (token.TenantId.Length > 0)
            {
                identity.AddClaim(new Claim("org_id", token.TenantId));
            }

            return AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(identity), "test"));
        }
    }
}
