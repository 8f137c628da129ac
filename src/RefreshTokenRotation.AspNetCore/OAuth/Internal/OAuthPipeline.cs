using Microsoft.AspNetCore.Routing;

namespace RefreshTokenRotation.AspNetCore.Internal;

/// <summary>What every endpoint does around its own work: it reads the body, and turns every failure into a response.</summary>
internal sealed class OAuthPipeline(
    BodyReader bodies, OAuthAnswer answers, TenantRule tenants, ILogger<OAuthPipeline> logger)
{
    /// <summary>The endpoint for POST.</summary>
    /// <param name="handle">The endpoint's own work.</param>
    /// <param name="crossOrigin">Whether scripts of other origins may call it.</param>
    public RequestDelegate Post(Func<OAuthRequest, CancellationToken, ValueTask<OAuthError?>> handle, bool crossOrigin) => context =>
    {
        if (crossOrigin)
        {
            CrossOrigin.AdmitAny(context);
        }

        return RunAsync(context, (this, handle), static (state, context, token) => state.Item1.ReadAsync(context, state.handle, token));
    };

    /// <summary>An endpoint for POST whose body is one document, and which reads it itself.</summary>
    /// <param name="handle">The endpoint's own work, for a tenant.</param>
    public RequestDelegate PostDocument(Func<HttpContext, string, CancellationToken, ValueTask<OAuthError?>> handle) => context =>
        RunAsync(context, (tenants, handle), static (state, context, token) => state.handle(context, state.tenants.Of(context), token));

    /// <summary>The endpoint for every other method.</summary>
    /// <param name="crossOrigin">Whether scripts of other origins may call it.</param>
    public RequestDelegate Other(bool crossOrigin) => async context =>
    {
        if (crossOrigin && CrossOrigin.IsPreflight(context.Request))
        {
            CrossOrigin.AnswerPreflight(context, HttpMethods.Post);
            return;
        }

        if (crossOrigin)
        {
            CrossOrigin.AdmitAny(context);
        }

        await answers.SendAsync(context, OAuthError.MethodNotAllowed).ConfigureAwait(false);
    };

    /// <summary>The route pattern, because the caller controls the path itself.</summary>
    public static string? RouteOf(HttpContext context) => (context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText;

    private async ValueTask<OAuthError?> ReadAsync(
        HttpContext context, Func<OAuthRequest, CancellationToken, ValueTask<OAuthError?>> handle, CancellationToken cancellationToken)
    {
        var (parameters, unreadable) = await bodies.ReadAsync(context.Request, cancellationToken).ConfigureAwait(false);
        return unreadable
            ?? await handle(new OAuthRequest(context, tenants.Of(context), parameters!), cancellationToken).ConfigureAwait(false);
    }

    private async Task RunAsync<TState>(HttpContext context, TState state, Func<TState, HttpContext, CancellationToken, ValueTask<OAuthError?>> handle)
    {
        var cancellationToken = context.RequestAborted;
        OAuthError? error;
        try
        {
            error = await handle(state, context, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw; // The client has gone, or the host's own time limit responds.
        }
        catch (RefusedException refused)
        {
            error = refused.Error;
        }
        catch (Exception fault) when (!context.Response.HasStarted)
        {
            // A store, the signer or other host code failed. Nothing is consumed, or the same request succeeds when repeated.
            logger.RequestFailed(fault, RouteOf(context));
            error = OAuthError.Unavailable;
        }

        if (error is not null)
        {
            await answers.SendAsync(context, error).ConfigureAwait(false);
        }
    }
}
