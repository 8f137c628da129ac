using System.Text.Json;
using Microsoft.AspNetCore;
using Microsoft.AspNetCore.Http;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace RefreshTokenRotation.OpenIddict.Internal;

/// <summary>The error that an exchange hook named: its status and its members, beside the error that OpenIddict writes itself.</summary>
internal sealed class HookAnswer : IOpenIddictServerHandler<ApplyTokenResponseContext>
{
    public static ExchangeRefusal? Of(OpenIddictServerTransaction transaction) => transaction.GetProperty<ExchangeRefusal>(typeof(ExchangeRefusal).FullName!);

    public static void AttachTo(OpenIddictServerTransaction transaction, ExchangeRefusal refusal) =>
        transaction.SetProperty(typeof(ExchangeRefusal).FullName!, refusal);

    public ValueTask HandleAsync(ApplyTokenResponseContext context)
    {
        if (Of(context.Transaction) is { } refusal && context.Response.Error == refusal.Error && context.Transaction.GetHttpRequest() is { } request)
        {
            request.HttpContext.Response.StatusCode = refusal.StatusCode;
            foreach (var (name, value) in refusal.Members ?? [])
            {
                context.Response.SetParameter(name, JsonElement.Parse(value?.ToJsonString() ?? "null"));
            }
        }

        return ValueTask.CompletedTask;
    }
}

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
