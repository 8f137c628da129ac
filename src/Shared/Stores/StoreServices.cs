using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace RefreshTokenRotation.Relational;

/// <summary>What every store asks of the host's services.</summary>
internal static class StoreServices
{
    public static TimeProvider Time(this IServiceProvider provider) => provider.GetRequiredService<TimeProvider>();

    public static ILogger<T> Logger<T>(this IServiceProvider provider) => (provider.GetService<ILoggerFactory>() ?? NullLoggerFactory.Instance).CreateLogger<T>();

    public static T Options<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicParameterlessConstructor)] T>(this IServiceProvider provider)
        where T : class => provider.GetRequiredService<IOptions<T>>().Value;
}
