using AuthorizationServer.Accounts;
using AuthorizationServer.Pages;
using RefreshTokenRotation;

namespace AuthorizationServer.Flows;

/// <summary>The first page: who is signed in, and with which apps.</summary>
internal sealed class Home(Sessions sessions, Users users, FormTokens formTokens, ITokenFamilyManager families, IHostEnvironment environment)
{
    public static void Map(IEndpointRouteBuilder app) => app.MapGet("/", (HttpContext context, Home home) => home.ShowAsync(context));

    private async Task<IResult> ShowAsync(HttpContext context)
    {
        if (await sessions.FindAsync(context) is not { } session || users.Find(session.Subject) is not { } user)
        {
            return HomePage.ForVisitor(environment.IsDevelopment());
        }

        var active = TokenFamilyFilter.ForUser(user.Subject) with { State = FamilyState.Active };
        var page = await families.ListAsync(active, cancellationToken: context.RequestAborted);
        return HomePage.For(formTokens.Get(context), user, page.Families, environment.IsDevelopment());
    }
}
