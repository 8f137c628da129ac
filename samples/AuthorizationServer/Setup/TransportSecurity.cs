namespace AuthorizationServer.Setup;

/// <summary>Where the server is reached by HTTPS, browsers shall never try without (RFC 6797). The issuer says so: behind a proxy, the connection does not.</summary>
internal static class TransportSecurity
{
    public static void UseTransportSecurity(this WebApplication app, ServerSettings settings)
    {
        if (settings.IsHttps)
        {
            app.Use(static (context, next) =>
            {
                context.Response.OnStarting(static response =>
                {
                    ((HttpResponse)response).Headers.StrictTransportSecurity = "max-age=31536000";
                    return Task.CompletedTask;
                }, context.Response);
                return next(context);
            });
        }
    }
}
