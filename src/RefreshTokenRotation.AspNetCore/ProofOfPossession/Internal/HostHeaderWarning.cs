using Microsoft.AspNetCore.HostFiltering;
using Microsoft.Extensions.Options;

namespace RefreshTokenRotation.AspNetCore.Internal;

/// <summary>Warns once that proofs are compared with an unchecked Host header. Another API could then present a token and a proof that it received
/// here, with its own name as Host header.</summary>
internal sealed class HostHeaderWarning(IOptions<HostFilteringOptions> filter, ILogger<HostHeaderWarning> logger)
{
    private readonly bool _isUnchecked = filter.Value.AllowedHosts is not { Count: > 0 } hosts || hosts.Contains("*");
    private int _isReported;

    public void Report()
    {
        if (_isUnchecked && Interlocked.Exchange(ref _isReported, 1) == 0)
        {
            logger.HostHeaderIsUnchecked();
        }
    }
}
