using Microsoft.Extensions.Logging.Testing;

namespace RefreshTokenRotation.Tests.Support;

/// <summary>What a log record holds besides its message.</summary>
internal static class LogRecordText
{
    /// <summary>Its values, a line for each: <c>name=value</c>.</summary>
    public static string Values(this FakeLogRecord record) => record.State is IReadOnlyList<KeyValuePair<string, string?>> pairs
        ? string.Join('\n', pairs.Select(pair => $"{pair.Key}={pair.Value}"))
        : $"{record.State}";
}
