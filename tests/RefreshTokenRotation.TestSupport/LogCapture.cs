using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;

namespace RefreshTokenRotation.Tests.Support;

/// <summary>Keeps every log record at every level; stands for the factory too, where a container has no logging of its own.</summary>
internal sealed class LogCapture : FakeLoggerProvider, ILoggerFactory
{
    public IReadOnlyList<FakeLogRecord> Entries => Collector.GetSnapshot();

    public IEnumerable<FakeLogRecord> Of(int eventId) =>
        Entries.Where(entry => entry.Id.Id == eventId && entry.Category!.StartsWith(nameof(RefreshTokenRotation), StringComparison.Ordinal));

    ILogger ILoggerFactory.CreateLogger(string categoryName) => CreateLogger(categoryName);

    public void AddProvider(ILoggerProvider provider)
    {
    }
}
