using AuthorizationServer.Accounts;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;

namespace AuthorizationServer.Admin;

/// <summary>The users who may administer.</summary>
internal static class AdminPolicies
{
    /// <summary>An administrator's session. Enough to read what no other site can read from a browser.</summary>
    public const string Session = "admin";

    /// <summary>An administrator's session, and a header that only a page of this server can send: the management endpoints see a cookie, and so
    /// another site must not be able to make a browser call them.</summary>
    public const string Management = "management";

    /// <summary>Carries the page's form token (<see cref="FormTokens"/>).</summary>
    public const string Header = "X-Form-Token";

    public static void AddAdministration(this IServiceCollection services)
    {
        services.AddAuthentication().AddScheme<AuthenticationSchemeOptions, SessionAuthentication>(SessionAuthentication.SchemeName, null);
        services.AddAuthorizationBuilder()
            .AddPolicy(Session, RequireAdministrator)
            .AddPolicy(Management, policy =>
            {
                RequireAdministrator(policy);
                policy.RequireAssertion(static context => context.Resource is HttpContext http
                    && http.RequestServices.GetRequiredService<FormTokens>().Matches(http, http.Request.Headers[Header]));
            });
        services.AddSingleton<AdminPages>();
        services.AddSingleton<LiveCounters>();
    }

    private static void RequireAdministrator(AuthorizationPolicyBuilder policy) =>
        policy.AddAuthenticationSchemes(SessionAuthentication.SchemeName).RequireAuthenticatedUser().RequireClaim(SessionAuthentication.Permissions);
}
