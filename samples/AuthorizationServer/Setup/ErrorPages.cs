using AuthorizationServer.Pages;

namespace AuthorizationServer.Setup;

/// <summary>Pages for what no endpoint has answered.</summary>
internal static class ErrorPages
{
    public static void UseErrorPages(this WebApplication app)
    {
        // In Development the framework shows the exception itself.
        if (!app.Environment.IsDevelopment())
        {
            app.UseExceptionHandler(static failed => failed.Run(static context =>
                new ErrorPage("Something is broken here. Try again in a while.", StatusCodes.Status500InternalServerError).ExecuteAsync(context)));
        }

        app.UseStatusCodePages(static answer =>
        {
            var statusCode = answer.HttpContext.Response.StatusCode;
            var message = statusCode == StatusCodes.Status404NotFound ? "There is no such page." : "This page can't be asked for in this way.";
            return new ErrorPage(message, statusCode).ExecuteAsync(answer.HttpContext);
        });
    }
}
