using AuthorizationServer.Accounts;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using RefreshTokenRotation.AspNetCore.Management;

namespace AuthorizationServer.Admin;

/// <summary>The users who may administer.</summary>
internal static class AdminPolicies
{
    /// <summary>An administrator's session. Enough to read what no other site can read from a browser.</summary>
    public const string Session = "admin";

    /// <summary>A machine's access token; or an administrator's session, and a header that only a page of this server can send: another site can make a browser send
    /// the cookie, but neither of the two headers.</summary>
    public const string Management = "management";

    /// <summary>Carries the page's form token (<see cref="FormTokens"/>).</summary>
    public const string Header = "X-Form-Token";

    private const string Either = "SessionOrMachine";

    public static void AddAdministration(this IServiceCollection services)
    {
        services.AddAuthentication()
            .AddScheme<AuthenticationSchemeOptions, SessionAuthentication>(SessionAuthentication.SchemeName, null)
            .AddScheme<AuthenticationSchemeOptions, MachineAuthentication>(MachineAuthentication.SchemeName, null)
            .AddPolicyScheme(Either, null, static options => options.ForwardDefaultSelector = static context =>
                IsMachine(context) ? MachineAuthentication.SchemeName : SessionAuthentication.SchemeName);
        services.AddAuthorizationBuilder()
            .AddPolicy(Session, policy => RequirePermissions(policy, SessionAuthentication.SchemeName))
            .AddPolicy(Management, policy =>
            {
                RequirePermissions(policy, Either);
                policy.RequireAssertion(static context => context.Resource is HttpContext http
                    && (IsMachine(http) || http.RequestServices.GetRequiredService<FormTokens>().Matches(http, http.Request.Headers[Header])));
            });
        services.AddSingleton<AdminPages>();
        services.AddSingleton<LiveCounters>();
        services.AddSingleton<AdminAudit>();
        services.AddSingleton<IManagementAudit>(static provider => provider.GetRequiredService<AdminAudit>());
        services.AddSingleton<ClientRevocation>();
    }

    /// <summary>A request with an access token has only the token's permissions. A session in the same request adds none.</summary>
    private static bool IsMachine(HttpContext context) => context.Request.Headers.Authorization.Count > 0;

    private static void RequirePermissions(AuthorizationPolicyBuilder policy, string scheme) =>
        policy.AddAuthenticationSchemes(scheme).RequireAuthenticatedUser().RequireClaim(SessionAuthentication.Permissions);
}
