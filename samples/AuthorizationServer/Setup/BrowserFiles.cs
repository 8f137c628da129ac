namespace AuthorizationServer.Setup;

/// <summary>Serves what is in <c>wwwroot</c>: the style and script of the pages, and the browser app in its folder <c>app</c>.</summary>
internal static class BrowserFiles
{
    public static void UseBrowserFiles(this WebApplication app)
    {
        app.UseDefaultFiles();
        app.UseStaticFiles(new StaticFileOptions
        {
            OnPrepareResponse = static context =>
            {
                // The app's page contains its policy, but only a header can say who may frame it.
                var headers = context.Context.Response.Headers;
                headers.ContentSecurityPolicy = "frame-ancestors 'none'";
                headers.XFrameOptions = "DENY";
                headers.XContentTypeOptions = "nosniff";
                headers.CacheControl = "no-cache";
            },
        });
    }
}
