using AuthorizationServer.Accounts;
using AuthorizationServer.Clients;
using AuthorizationServer.Flows;
using AuthorizationServer.Pages;
using RefreshTokenRotation;

namespace AuthorizationServer.Notices;

/// <summary>"Was this you?": where the mail about a theft leads, and in Development the mails themselves.</summary>
internal sealed class NoticePages(TheftNotices notices, Outbox outbox, Sessions sessions, FormTokens formTokens, ClientDirectory clients, ITokenFamilyManager families)
{
    public const string Path = "/was-this-you";

    public const string OutboxPath = "/outbox";

    public static void Map(WebApplication app)
    {
        app.MapGet(Path + "/{handle}", (HttpContext context, string handle, NoticePages pages) => pages.AskAsync(context, handle));
        app.MapPost(Path + "/{handle}", (HttpContext context, string handle, NoticePages pages) => pages.DecideAsync(context, handle));
        if (app.Environment.IsDevelopment())
        {
            app.MapGet(OutboxPath, (HttpContext context, NoticePages pages) => pages.ShowMailsAsync(context));
        }
    }

    private async Task<IResult> AskAsync(HttpContext context, string handle) => await notices.FindAsync(handle, context.RequestAborted) is { } notice
        ? NoticePage.Ask(formTokens.Get(context), $"{Path}/{handle}", notice, clients.Find(notice.ClientId)?.DisplayName ?? notice.ClientId)
        : NoticePage.Used;

    private async Task<IResult> DecideAsync(HttpContext context, string handle)
    {
        var form = await RequestParameters.OfFormAsync(context.Request);
        if (form is null || !formTokens.Matches(context, form[FormTokens.FieldName]) || form["decision"] is not ("me" or "other"))
        {
            return ErrorPage.StaleForm;
        }

        if (await notices.FindAsync(handle, context.RequestAborted) is not { } notice)
        {
            return NoticePage.Used;
        }

        var ended = 0L;
        if (form["decision"] == "other")
        {
            // First the effect, which may be repeated, then the link: an outage between the two loses nothing. The sessions here first, for they could start new ones.
            await sessions.EndAsync(notice.Subject, sessionId: null, CancellationToken.None);
            ended = await families.RevokeAsync(TokenFamilyFilter.ForUser(notice.Subject) with { State = FamilyState.Active }, RevocationReason.User, CancellationToken.None);
        }

        return await notices.UseAsync(handle, CancellationToken.None) ? NoticePage.Done(form["decision"] == "other" ? ended : null) : NoticePage.Used;
    }

    private async Task<IResult> ShowMailsAsync(HttpContext context) => await sessions.FindAsync(context) is { } session
        ? NoticePage.Mails(outbox.To(session.Subject))
        : LoginPage.Of(formTokens.Get(context), OutboxPath, purpose: "your mails");
}
