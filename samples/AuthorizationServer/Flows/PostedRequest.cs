using AuthorizationServer.Pages;
using AuthorizationServer.Setup;

namespace AuthorizationServer.Flows;

/// <summary>Requests that clients send as a form. A form of another site comes without this server's cookies (SameSite=Lax), so the browser is sent to the
/// same request by GET, which has them.</summary>
internal static class PostedRequest
{
    /// <summary>How much fits into the request line, with room for the rest of it.</summary>
    private const int LongestQuery = ServerLimits.RequestLine - 256;

    public static void MapPostedRequest(this IEndpointRouteBuilder app, string path) =>
        app.MapPost(path, async Task (HttpContext context) => await (await AnswerAsync(context, path)).ExecuteAsync(context));

    private static async Task<IResult> AnswerAsync(HttpContext context, string path)
    {
        if (await RequestParameters.OfFormAsync(context.Request) is not { } form)
        {
            return new ErrorPage("Send a form.");
        }

        var query = form.ToQuery();
        return query.Length <= LongestQuery
            ? new SeeOther(path + query)
            : new ErrorPage("The request is too long.", StatusCodes.Status413PayloadTooLarge);
    }
}
