using AuthorizationServer.Flows.AuthorizationCode;

namespace AuthorizationServer.Pages;

/// <summary>Asks whether a client may have what it requests.</summary>
internal static class ConsentPage
{
    public static Page Of(string formToken, AuthorizeRequest request, string subject) => new("Allow access?", Html.Of($"""
        <p><strong>{request.Client.DisplayName}</strong> asks for access to the account of <strong>{subject}</strong>:</p>
        {Forms.ListOf(request.Scopes.Concat(request.Resources))}
        <form method="post" action="/consent">
          {Forms.Token(formToken)}
          {Forms.Hidden("request", request.Parameters.ToQuery())}
          {Forms.Decision}
        </form>
        """))
    {
        FormTargets = request.Answer.FormTarget,
    };
}
