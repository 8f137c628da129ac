using AuthorizationServer.Pages;
using AuthorizationServer.Setup;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.AspNetCore.WebUtilities;

namespace AuthorizationServer.Flows.AuthorizationCode;

/// <summary>Where and how a client gets its response from <c>/authorize</c>, including errors.</summary>
internal sealed record AuthorizeAnswer(ClientSettings Client, string RedirectUri, ResponseMode Mode, string? State, string Issuer)
{
    /// <summary>The source in a content security policy that allows the response's address.</summary>
    public string FormTarget => Addresses.FormTargetOf(RedirectUri);

    public IResult WithCode(string code) => Send([new("code", code)]);

    public IResult WithError(string error, string description) => Send([new("error", error), new("error_description", description)]);

    private IResult Send(IEnumerable<KeyValuePair<string, string>> values)
    {
        List<KeyValuePair<string, string>> response = [.. values, new("iss", Issuer)];
        if (State is not null)
        {
            response.Add(new("state", State));
        }

        return Mode switch
        {
            ResponseMode.Fragment => new SeeOther($"{RedirectUri}#{new QueryBuilder(response).ToString()[1..]}"),
            ResponseMode.FormPost => new FormPostPage(RedirectUri, response),
            ResponseMode.WebMessage => new MessagePage(response, Addresses.OriginOf(RedirectUri), Client.WebOrigins),
            _ => new SeeOther(QueryHelpers.AddQueryString(RedirectUri, response!)),
        };
    }
}
