using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Identity.EntityFrameworkCore;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace RefreshTokenRotation.Identity.Tests.Snippets;

/// <summary>What the README shows.</summary>
internal static class Start
{
    internal sealed class AppUser : IdentityUser;

    // snippet: context
    internal sealed class AppDb(DbContextOptions<AppDb> options) : IdentityDbContext<AppUser>(options)
    {
        protected override void OnModelCreating(ModelBuilder builder)
        {
            base.OnModelCreating(builder);
            builder.AddRefreshTokenRotation();
        }
    }
    // end-snippet

    public static void Register(WebApplicationBuilder builder)
    {
        // snippet: start
        builder.Services.AddIdentityApiEndpoints<AppUser>().AddEntityFrameworkStores<AppDb>()
            .AddRefreshTokenRotation(options => options.DefaultPolicy = RotationPolicy.Mobile);
        // end-snippet
    }

    public static void Configure(IdentityRotationOptions options)
    {
        // snippet: tenants
        options.ResolveTenant = context => context.Request.Host.Host.Split('.')[0];
        options.TenantClaim = "org_id";
        // end-snippet
    }

    public static void Map(WebApplication app)
    {
        // snippet: map
        app.MapIdentityApi<AppUser>();      // /login and /refresh rotate now
        app.MapIdentitySessions<AppUser>(); // log-out, sessions, end the others
        // end-snippet
    }
}
