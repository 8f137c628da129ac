using AuthorizationServer.Pages;

namespace AuthorizationServer.Setup;

/// <summary>Pages for requests that no endpoint has handled.</summary>
internal static class ErrorPages
{
    /// <summary>A body that was too long, too slow or cut off.</summary>
    private static Task AnswerAsync(HttpContext context, int statusCode)
    {
        if (statusCode == StatusCodes.Status408RequestTimeout)
        {
            context.Response.Headers.Connection = "close"; // RFC 9110 section 15.5.9
        }

        var message = statusCode switch
        {
            StatusCodes.Status408RequestTimeout => "The request did not arrive in time.",
            StatusCodes.Status413PayloadTooLarge => "The request is too long.",
            _ => "The request can't be read.",
        };
        return new ErrorPage(message, statusCode).ExecuteAsync(context);
    }

    public static void UseErrorPages(this WebApplication app)
    {
        // In Development the framework shows the exception itself.
        if (!app.Environment.IsDevelopment())
        {
            app.UseExceptionHandler(static failed => failed.Run(static context =>
                new ErrorPage("Something went wrong here. Try again later.", StatusCodes.Status500InternalServerError).ExecuteAsync(context)));
        }

        app.Use(static async (context, next) =>
        {
            try
            {
                await next(context);
            }
            catch (BadHttpRequestException unreadable) when (!context.Response.HasStarted)
            {
                await AnswerAsync(context, unreadable.StatusCode);
            }
        });
        app.UseStatusCodePages(static answer =>
        {
            var statusCode = answer.HttpContext.Response.StatusCode;
            var message = statusCode == StatusCodes.Status404NotFound ? "There is no such page." : "This page does not accept that kind of request.";
            return new ErrorPage(message, statusCode).ExecuteAsync(answer.HttpContext);
        });
    }
}
