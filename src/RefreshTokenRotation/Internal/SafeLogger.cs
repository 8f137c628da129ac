using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace RefreshTokenRotation.Internal;

/// <summary>A log sink that throws must not undo an answer whose row is written: its failures end here.</summary>
internal sealed class SafeLogger<T>(ILogger inner) : ILogger<T>
{
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => inner.BeginScope(state);

    public bool IsEnabled(LogLevel logLevel)
    {
        try
        {
            return inner.IsEnabled(logLevel);
        }
        catch (Exception)
        {
            return false;
        }
    }

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        try
        {
            inner.Log(logLevel, eventId, state, exception, formatter);
        }
#pragma warning disable RCS1075 // There is nowhere left to report it.
        catch (Exception)
        {
        }
#pragma warning restore RCS1075
    }
}

/// <summary>Makes the library's loggers.</summary>
internal static class SafeLoggers
{
    /// <summary>A logger that never throws. A host need not have logging.</summary>
    public static ILogger<T> CreateSafeLogger<T>(this IServiceProvider provider) =>
        new SafeLogger<T>((provider.GetService<ILoggerFactory>() ?? NullLoggerFactory.Instance).CreateLogger<T>());
}
