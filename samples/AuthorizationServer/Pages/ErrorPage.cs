namespace AuthorizationServer.Pages;

/// <summary>An error that is shown here because nobody else may see it.</summary>
internal sealed class ErrorPage(string message, int statusCode = StatusCodes.Status400BadRequest) : IResult
{
    public static ErrorPage StaleForm => new("This form is too old, or it did not come from here. Go back and try again.");

    public static ErrorPage TooManyAttempts => new("Too many attempts. Wait a minute and try again.", StatusCodes.Status429TooManyRequests);

    public Task ExecuteAsync(HttpContext httpContext) =>
        new Page("That did not work", Html.Of($"""<p class="error" role="alert">{message}</p>"""))
        {
            StatusCode = statusCode,
        }.ExecuteAsync(httpContext);
}
