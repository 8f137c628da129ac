using Microsoft.AspNetCore;
using Microsoft.AspNetCore.Http;

namespace RefreshTokenRotation.OpenIddict.Internal;

/// <summary>An outage of the family store is 503, not one of OpenIddict's 400s: the client keeps its token and retries.</summary>
internal sealed class OutageStatus<TContext> : IOpenIddictServerHandler<TContext>
    where TContext : OpenIddictServerEvents.BaseRequestContext
{
    public ValueTask HandleAsync(TContext context)
    {
        if (context.Transaction.Response?.Error == OpenIddictConstants.Errors.TemporarilyUnavailable
            && context.Transaction.GetHttpRequest() is { } request)
        {
            request.HttpContext.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        }

        return ValueTask.CompletedTask;
    }
}
