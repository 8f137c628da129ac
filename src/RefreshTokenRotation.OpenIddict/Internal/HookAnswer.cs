using System.Text.Json;
using Microsoft.AspNetCore;
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
                context.Response.SetParameter(name, JsonSerializer.SerializeToElement(value));
            }
        }

        return ValueTask.CompletedTask;
    }
}
