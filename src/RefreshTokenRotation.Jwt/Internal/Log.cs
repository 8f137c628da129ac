using Microsoft.Extensions.Logging;

namespace RefreshTokenRotation.Jwt.Internal;

/// <summary>Every message of the issuer. Event ids never change; no message holds a token or a part of a private key.</summary>
internal static partial class Log
{
    [LoggerMessage(201, LogLevel.Warning, "Tokens are signed with a key that was made at startup ({Algorithm}, {KeyId}): they end with this process, and other nodes reject them. Set SigningKeys or KeyFolder")]
    public static partial void DevelopmentKeyGenerated(this ILogger logger, string keyId, SigningAlgorithm algorithm);

    [LoggerMessage(202, LogLevel.Error, "Signing keys could not be read again; the previous ones stay in use until the next attempt")]
    public static partial void KeysNotReloaded(this ILogger logger, Exception fault);

    [LoggerMessage(203, LogLevel.Information, "Signing keys: {Count} known, of which {KeyId} ({Algorithm}) signs")]
    public static partial void KeysChanged(this ILogger logger, int count, string? keyId, SigningAlgorithm? algorithm);

    [LoggerMessage(204, LogLevel.Information, "Tokens are signed with the development key ({Algorithm}, {KeyId}) in the file {Path}: other machines reject them")]
    public static partial void DevelopmentKeyLoaded(this ILogger logger, string keyId, SigningAlgorithm algorithm, string path);
}
