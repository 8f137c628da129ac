using AuthorizationServer.Pages;
using AuthorizationServer.Setup;
using Microsoft.AspNetCore.WebUtilities;

namespace AuthorizationServer.Flows.AuthorizationCode;

/// <summary>How a client gets its answer from <c>/authorize</c>: in the address that the browser is sent to, or as a message to the window
/// that embeds or opened this one.</summary>
internal sealed record AuthorizeAnswer(ClientSettings Client, string RedirectUri, bool ByMessage, string? State, string Issuer)
{
    /// <summary>What a content security policy calls the place that the answer goes to.</summary>
    public string FormTarget => Uri.TryCreate(RedirectUri, UriKind.Absolute, out var uri) && uri.Scheme is not ("http" or "https")
        ? $"{uri.Scheme}:"
        : OriginOf(RedirectUri);

    public static string OriginOf(string address) =>
        Uri.TryCreate(address, UriKind.Absolute, out var uri) ? uri.GetLeftPart(UriPartial.Authority) : string.Empty;

    public IResult WithCode(string code) => Send([new("code", code)]);

    public IResult WithError(string error, string description) => Send([new("error", error), new("error_description", description)]);

    private IResult Send(IEnumerable<KeyValuePair<string, string?>> values)
    {
        var response = values.Append(new("state", State)).Where(value => value.Value is not null).ToList();
        return ByMessage
            ? new MessagePage(response, OriginOf(RedirectUri), Client.WebOrigins)
            : new SeeOther(QueryHelpers.AddQueryString(RedirectUri, response.Append(new("iss", Issuer))));
    }
}
