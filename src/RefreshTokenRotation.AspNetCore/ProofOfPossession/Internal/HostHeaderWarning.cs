using Microsoft.AspNetCore.HostFiltering;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace RefreshTokenRotation.AspNetCore.Internal;

/// <summary>Tells the host once that proofs are compared with a Host header that nobody checks. Another API could then present here a token and a
/// proof that were made for it, with its own name as Host header.</summary>
internal sealed class HostHeaderWarning(IOptions<HostFilteringOptions> filter, ILogger<HostHeaderWarning> logger)
{
    private readonly bool _isUnchecked = filter.Value.AllowedHosts is not { Count: > 0 } hosts || hosts.Contains("*");
    private int _isTold;

    public void Tell()
    {
        if (_isUnchecked && Interlocked.Exchange(ref _isTold, 1) == 0)
        {
            logger.HostHeaderIsUnchecked();
        }
    }
}
