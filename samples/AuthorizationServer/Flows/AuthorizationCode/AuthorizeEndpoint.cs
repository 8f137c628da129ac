using AuthorizationServer.Accounts;
using AuthorizationServer.Pages;

namespace AuthorizationServer.Flows.AuthorizationCode;

/// <summary><c>/authorize</c>: finds out who the user is and whether the user allows the client, then sends a code.</summary>
internal sealed class AuthorizeEndpoint(
    AuthorizeRequestReader reader,
    Sessions sessions,
    Consents consents,
    AuthorizationCodes codes,
    FormTokens formTokens,
    TimeProvider time)
{
    public const string Path = "/authorize";

    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapGet(Path, (HttpContext context, AuthorizeEndpoint endpoint) => endpoint.AuthorizeAsync(context));
        app.MapPostedRequest(Path);
        app.MapPost("/consent", (HttpContext context, AuthorizeEndpoint endpoint) => endpoint.AnswerConsentAsync(context));
    }

    private async Task<IResult> AuthorizeAsync(HttpContext context) =>
        reader.Read(RequestParameters.OfQuery(context.Request.QueryString.Value)) switch
        {
            AuthorizeReading.Valid valid => await AuthorizeAsync(context, valid.Request),
            AuthorizeReading.Refused refused => refused.Answer.WithError(refused.Error, refused.Description),
            AuthorizeReading.Untrusted untrusted => new ErrorPage(untrusted.Message),
            _ => throw new InvalidOperationException("A reading of no kind."),
        };

    private async Task<IResult> AuthorizeAsync(HttpContext context, AuthorizeRequest request)
    {
        var session = await sessions.FindAsync(context);
        if (session is null || NeedsLogin(request, session))
        {
            return request.IsSilent
                ? request.Answer.WithError("login_required", "Login required")
                : LoginPage.Of(formTokens.Get(context), request.AddressAfterLogin, request.LoginHint, request.Client.DisplayName, request.Answer.FormTarget);
        }

        if (request.AsksForConsent || (request.Client.ThirdParty && !await IsAllowedAsync(context, request, session)))
        {
            return request.IsSilent
                ? request.Answer.WithError("consent_required", "Consent required")
                : ConsentPage.Of(formTokens.Get(context), request, session.Subject);
        }

        return request.Answer.WithCode(await codes.CreateAsync(request, session, context.RequestAborted));
    }

    private async Task<IResult> AnswerConsentAsync(HttpContext context)
    {
        var form = await RequestParameters.OfFormAsync(context.Request);
        if (form is null || !formTokens.Matches(context, form[FormTokens.FieldName]))
        {
            return ErrorPage.StaleForm;
        }

        // The browser could have changed the request in the page, so read it again as if it were new.
        if (form["request"] is not { } query
            || reader.Read(RequestParameters.OfQuery(query)) is not AuthorizeReading.Valid { Request: var request }
            || await sessions.FindAsync(context) is not { } session)
        {
            return ErrorPage.StaleForm;
        }

        if (form["decision"] != "allow")
        {
            return request.Answer.WithError("access_denied", "The user did not allow it.");
        }

        await consents.AddAsync(session.Subject, request.Client.ClientId, request.Scopes, request.Resources, context.RequestAborted);
        return NeedsLogin(request, session)
            ? new SeeOther(request.AddressAfterConsent)
            : request.Answer.WithCode(await codes.CreateAsync(request, session, context.RequestAborted));
    }

    private bool NeedsLogin(AuthorizeRequest request, Session session) =>
        request.AsksForLogin || time.GetUtcNow() - session.AuthenticatedAt > request.MaximumAge;

    private ValueTask<bool> IsAllowedAsync(HttpContext context, AuthorizeRequest request, Session session) =>
        consents.CoversAsync(session.Subject, request.Client.ClientId, request.Scopes, request.Resources, context.RequestAborted);
}
