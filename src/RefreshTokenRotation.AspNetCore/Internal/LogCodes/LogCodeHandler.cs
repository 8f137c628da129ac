using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace RefreshTokenRotation.AspNetCore.Internal.LogCodes;

/// <summary>Writes every event under the code that users of Auth0 know it by.</summary>
internal sealed class LogCodeHandler : IRefreshTokenEventHandler
{
    public const string Category = "RefreshTokenRotation.LogCodes";

    private readonly ILogger _logger;

    public LogCodeHandler(ILoggerFactory? loggers = null) => _logger = (loggers ?? NullLoggerFactory.Instance).CreateLogger(Category);

    public ValueTask HandleAsync(RefreshTokenEvent refreshTokenEvent, CancellationToken cancellationToken)
    {
        switch (refreshTokenEvent)
        {
            case RefreshTokenEvent.Issued { Family: { } family }:
                _logger.Started(family.FamilyId, family.ClientId, Join(family.Resources), Join(family.Scopes));
                break;
            case RefreshTokenEvent.Exchanged { Family: { } family } exchanged:
                _logger.Exchanged(
                    family.FamilyId, family.ClientId, exchanged.Outcome.ToCode(), family.Generation, Join(family.Resources), Join(family.Scopes));
                break;
            case RefreshTokenEvent.Rejected rejected:
                _logger.Failed(rejected.ClientId, FailureOf(rejected), rejected.Reason.ToCode(), rejected.Family?.FamilyId);
                break;
            case RefreshTokenEvent.ReuseDetected { Family: { } family } reuse:
                _logger.Reused(family.FamilyId, family.ClientId, reuse.PresentedGeneration, family.Generation, reuse.FamilyRevoked);
                break;
            case RefreshTokenEvent.Revoked revoked:
                Write(revoked);
                break;
            case RefreshTokenEvent.Evicted { Family: { } family }:
                _logger.CleanedUp(family.FamilyId, family.ClientId);
                break;
        }

        return ValueTask.CompletedTask;
    }

    /// <summary>What one family does not say, the filter does: a revocation of many names what it was asked for.</summary>
    private void Write(RefreshTokenEvent.Revoked revoked)
    {
        var (filter, family) = (revoked.Filter, revoked.Family);
        _logger.Revoked(
            revoked.Count,
            revoked.Reason.ToCode(),
            family?.FamilyId ?? filter.FamilyId,
            family?.ClientId ?? filter.ClientId,
            family is null ? filter.Resource : Join(family.Resources),
            family?.SessionId ?? filter.SessionId);
    }

    private static string FailureOf(RefreshTokenEvent.Rejected rejected) => (rejected.Reason, rejected.Family?.RevocationReason) switch
    {
        (RejectionReason.Revoked, RevocationReason.SessionEnded) => "session_not_found",
        (RejectionReason.Revoked, _) => "grant_revoked",
        _ => "invalid_token",
    };

    private static string Join(IReadOnlyList<string> values) => string.Join(' ', values);
}
