using Microsoft.Extensions.Options;

namespace RefreshTokenRotation.Internal;

/// <summary>The options that hold now. A change that is invalid never arrives here: the last valid ones stay.</summary>
internal sealed class CurrentOptions : IDisposable
{
    private readonly IDisposable? _subscription;
    private volatile Snapshot _current;

    public CurrentOptions(IOptionsMonitor<RefreshTokenRotationOptions> monitor)
    {
        _current = new Snapshot(monitor.CurrentValue);
        _subscription = monitor.OnChange((changed, name) =>
        {
            // The host may have options of this type under a name of its own.
            if (string.IsNullOrEmpty(name))
            {
                _current = new Snapshot(changed);
            }
        });
    }

    public RefreshTokenRotationOptions Value => _current.Options;

    /// <summary>The accepted prefixes, the one in use first.</summary>
    public ReadOnlySpan<string> Prefixes => _current.Prefixes;

    public void Dispose() => _subscription?.Dispose();

    private sealed class Snapshot(RefreshTokenRotationOptions options)
    {
        public RefreshTokenRotationOptions Options { get; } = options;

        public string[] Prefixes { get; } = [options.TokenPrefix, .. options.FormerTokenPrefixes];
    }
}
