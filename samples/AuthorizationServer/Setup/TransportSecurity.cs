namespace AuthorizationServer.Setup;

/// <summary>Tells browsers to use HTTPS only (RFC 6797), if the issuer's address has it: behind a proxy, the connection does not show it.</summary>
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
