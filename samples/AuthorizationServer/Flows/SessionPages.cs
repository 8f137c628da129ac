using System.Globalization;
using AuthorizationServer.Accounts;
using AuthorizationServer.Clients;
using AuthorizationServer.Pages;
using RefreshTokenRotation;

namespace AuthorizationServer.Flows;

/// <summary><c>/sessions</c>: a user sees the sessions that hold refresh tokens, and ends one, all others, or all.</summary>
internal sealed class SessionPages(Sessions sessions, FormTokens formTokens, ClientDirectory clients, ITokenFamilyManager families)
{
    public const string Path = SessionsPage.Path;

    private const int PageSize = 20;

    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapGet(Path, (HttpContext context, SessionPages pages) => pages.ShowAsync(context));
        app.MapPost(Path, (HttpContext context, SessionPages pages) => pages.EndAsync(context));
    }

    private async Task<IResult> ShowAsync(HttpContext context)
    {
        if (await sessions.FindAsync(context) is not { } session)
        {
            return LoginPage.Of(formTokens.Get(context), Path, purpose: "your sessions");
        }

        var query = RequestParameters.OfQuery(context.Request.QueryString.Value);
        TokenFamilyCursor? after = TokenFamilyCursor.TryParse(query["from"], out var cursor) ? cursor : null;
        long? ended = long.TryParse(query["ended"], NumberStyles.None, CultureInfo.InvariantCulture, out var count) ? count : null;
        var page = await families.ListAsync(Living(session), after, PageSize, context.RequestAborted);
        return new SessionsPage(formTokens.Get(context), session.Id, id => clients.Find(id)?.DisplayName ?? id).Of(page, after is null, ended);
    }

    private async Task<IResult> EndAsync(HttpContext context)
    {
        var form = await RequestParameters.OfFormAsync(context.Request);
        if (form is null
            || !formTokens.Matches(context, form[FormTokens.FieldName])
            || await sessions.FindAsync(context) is not { } session)
        {
            return ErrorPage.StaleForm;
        }

        // Every filter names the user too, so no form can end a family of somebody else.
        long? ended = form["end"] switch
        {
            "one" when Guid.TryParseExact(form["family"], "N", out var id) =>
                await RevokeAsync(TokenFamilyFilter.ForUser(session.Subject) with { FamilyId = id }, context.RequestAborted),
            "others" => await EndOthersAsync(session, context.RequestAborted),
            "all" => await RevokeAsync(TokenFamilyFilter.ForUser(session.Subject), context.RequestAborted),
            _ => null,
        };
        return ended is { } count ? new SeeOther(string.Create(CultureInfo.InvariantCulture, $"{Path}?ended={count}")) : ErrorPage.StaleForm;
    }

    /// <summary>One family after the other, as a filter can leave out a family but no session. What starts meanwhile is in the list too: it is
    /// sorted by the time of the log-in.</summary>
    private async Task<long> EndOthersAsync(Session session, CancellationToken cancellationToken)
    {
        var ended = 0L;
        TokenFamilyCursor? after = null;
        do
        {
            var page = await families.ListAsync(Living(session), after, 200, cancellationToken);
            foreach (var family in page.Families.Where(family => family.SessionId != session.Id))
            {
                ended += await RevokeAsync(TokenFamilyFilter.ForUser(session.Subject) with { FamilyId = family.FamilyId }, cancellationToken);
            }

            after = page.Next;
        }
        while (after is not null);
        return ended;
    }

    private ValueTask<long> RevokeAsync(TokenFamilyFilter filter, CancellationToken cancellationToken) =>
        families.RevokeAsync(filter with { State = FamilyState.Active }, RevocationReason.User, cancellationToken);

    private static TokenFamilyFilter Living(Session session) => TokenFamilyFilter.ForUser(session.Subject) with { State = FamilyState.Active };
}
