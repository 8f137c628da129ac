namespace AuthorizationServer.Flows;

/// <summary>A resource server, <c>https://api1</c>, in the same process, so that there is something to call with access tokens.</summary>
internal sealed class ProtectedApi(BearerToken bearer, TimeProvider time)
{
    private const string Audience = "https://api1";

    public static void Map(IEndpointRouteBuilder app) =>
        app.MapGet("/api/messages", (HttpContext context, ProtectedApi api) => api.GetMessagesAsync(context)).RequireCors(Cors.Policy);

    private async Task<IResult> GetMessagesAsync(HttpContext context)
    {
        context.Response.Headers.CacheControl = "no-store";
        var (token, refusal) = await bearer.ReadAsync(context);
        if (token is null)
        {
            return refusal!;
        }

        if (!token.Resources.Contains(Audience))
        {
            return BearerToken.Unauthorized(context);
        }

        if (!token.Scopes.Contains("read:messages"))
        {
            return BearerToken.Forbidden(context, "read:messages");
        }

        return Results.Json(new { user = token.Subject, client = token.ClientId, at = time.GetUtcNow(), messages = (string[])["Hello."] });
    }
}
