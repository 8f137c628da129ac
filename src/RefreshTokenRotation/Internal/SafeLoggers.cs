using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace RefreshTokenRotation.Internal;

/// <summary>Makes the library's loggers.</summary>
internal static class SafeLoggers
{
    /// <summary>A logger that never throws. A host need not have logging.</summary>
    public static ILogger<T> CreateSafeLogger<T>(this IServiceProvider provider) =>
        new SafeLogger<T>((provider.GetService<ILoggerFactory>() ?? NullLoggerFactory.Instance).CreateLogger<T>());
}
