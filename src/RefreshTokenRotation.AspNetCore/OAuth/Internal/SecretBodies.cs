using Microsoft.AspNetCore.HttpLogging;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace RefreshTokenRotation.AspNetCore.Internal;

/// <summary>Marks endpoints whose bodies hold tokens and secrets.</summary>
internal sealed class SecretBodies
{
    public static readonly SecretBodies Instance = new();

    /// <summary>Adds what keeps those bodies out of the framework's log of requests.</summary>
    public static void AddTo(IServiceCollection services)
    {
        services.TryAddSingleton<MappedEndpoints>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHttpLoggingInterceptor, SecretBodyInterceptor>());
    }
}

/// <summary>Keeps the bodies of those endpoints, and their query, out of the framework's <c>AddHttpLogging()</c>. All else is logged as the host says.</summary>
internal sealed class SecretBodyInterceptor(MappedEndpoints mapped) : IHttpLoggingInterceptor
{
    private const HttpLoggingFields Secret = HttpLoggingFields.RequestBody | HttpLoggingFields.ResponseBody | HttpLoggingFields.RequestQuery;

    public ValueTask OnRequestAsync(HttpLoggingInterceptorContext logContext) => HideAsync(logContext);

    public ValueTask OnResponseAsync(HttpLoggingInterceptorContext logContext) => HideAsync(logContext);

    private ValueTask HideAsync(HttpLoggingInterceptorContext logContext)
    {
        var context = logContext.HttpContext;

        // Where the host logs before it routes, no endpoint is known yet.
        if (context.GetEndpoint() is { } endpoint ? endpoint.Metadata.GetMetadata<SecretBodies>() is not null : mapped.MayBe(context.Request.Path))
        {
            logContext.Disable(Secret);
        }

        return ValueTask.CompletedTask;
    }
}
