using Microsoft.Extensions.Logging;

namespace RefreshTokenRotation.Identity.Internal;

/// <summary>What is logged: no token, no user.</summary>
internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Error, "A refresh could not be prepared; the client is asked to retry.")]
    public static partial void RefreshUnavailable(this ILogger logger, Exception fault);

    [LoggerMessage(2, LogLevel.Error, "The token store failed; the client is asked to retry.")]
    public static partial void StoreUnavailable(this ILogger logger, Exception fault);

    [LoggerMessage(3, LogLevel.Information, "The user of family {FamilyId} may no longer sign in ({Reason}): the family has ended.")]
    public static partial void UserRefused(this ILogger logger, Guid familyId, RevocationReason reason);

    [LoggerMessage(4, LogLevel.Warning, "The first use of an access token of family {FamilyId} could not be recorded.")]
    public static partial void UseNotConfirmed(this ILogger logger, Exception fault, Guid familyId);
}
