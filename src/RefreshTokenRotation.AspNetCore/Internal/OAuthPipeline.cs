using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace RefreshTokenRotation.AspNetCore.Internal;

/// <summary>What every endpoint does around its own work: it reads the body, and turns whatever goes wrong into an answer.</summary>
internal sealed class OAuthPipeline(
    IOptions<RefreshTokenEndpointOptions> options, BodyReader bodies, OAuthAnswer answers, ILogger<OAuthPipeline> logger)
{
    private readonly Func<HttpContext, string> _resolveTenant = options.Value.ResolveTenant;

    /// <summary>The endpoint for POST.</summary>
    public RequestDelegate Post(OAuthHandler handle) => context => RunAsync(context, handle);

    /// <summary>The endpoint for every other method.</summary>
    /// <param name="crossOrigin">Whether scripts of other origins may call it.</param>
    public RequestDelegate Other(bool crossOrigin) => async context =>
    {
        if (crossOrigin && CrossOrigin.IsPreflight(context.Request))
        {
            CrossOrigin.AnswerPreflight(context);
            return;
        }

        await answers.SendAsync(context, OAuthError.MethodNotAllowed).ConfigureAwait(false);
    };

    private async Task RunAsync(HttpContext context, OAuthHandler handle)
    {
        var cancellationToken = context.RequestAborted;
        OAuthError? error;
        try
        {
            var (parameters, unreadable) = await bodies.ReadAsync(context.Request, cancellationToken).ConfigureAwait(false);
            error = unreadable
                ?? await handle(new OAuthRequest(context, _resolveTenant(context), parameters!), cancellationToken).ConfigureAwait(false);
        }
        catch (BadHttpRequestException bad)
        {
            error = bad.StatusCode == StatusCodes.Status413PayloadTooLarge ? OAuthError.BodyTooLarge : OAuthError.BodyMalformed;
        }
        catch (Exception fault) when (!context.Response.HasStarted)
        {
            if (cancellationToken.IsCancellationRequested)
            {
                return; // Nobody waits for an answer.
            }

            // A store or the host's own code: nothing was consumed, or the engine would have answered.
            logger.RequestFailed(fault, context.Request.Path);
            error = OAuthError.Unavailable;
        }

        if (error is not null)
        {
            await answers.SendAsync(context, error).ConfigureAwait(false);
        }
    }
}
