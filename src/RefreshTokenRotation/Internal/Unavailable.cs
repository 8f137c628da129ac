namespace RefreshTokenRotation.Internal;

/// <summary>Makes outages of what lies beneath look the same to every caller.</summary>
internal static class Unavailable
{
    public static Exception StoreOrCancelled(Exception fault, CancellationToken cancellationToken) =>
        Cancelled(fault, cancellationToken) ?? new RefreshTokenUnavailableException("The token store failed; retry with the same token.", fault);

    public static Exception PolicyOrCancelled(Exception fault, CancellationToken cancellationToken) =>
        Cancelled(fault, cancellationToken) ?? new RefreshTokenUnavailableException("The policy could not be resolved; retry with the same token.", fault);

    public static Exception PolicyStoreOrCancelled(Exception fault, CancellationToken cancellationToken) =>
        Cancelled(fault, cancellationToken) ?? new RefreshTokenUnavailableException("The policy store failed; try again.", fault);

    public static RefreshTokenUnavailableException LegacySource(Exception fault) =>
        new("The source of legacy tokens failed; retry with the same token.", fault);

    public static RefreshTokenUnavailableException Overtaken() =>
        new("Another call used the token while this one ran; retry with the same token.");

    public static RefreshTokenUnavailableException Contended() =>
        new("Other callers kept changing the family; retry with the same token.");

    /// <summary>The caller's own cancellation, whatever exception it arrives as: some drivers throw their own. Null where the caller still waits.</summary>
    private static Exception? Cancelled(Exception fault, CancellationToken cancellationToken) =>
        !cancellationToken.IsCancellationRequested ? null
        : fault as OperationCanceledException ?? new OperationCanceledException("The caller cancelled the call.", fault, cancellationToken);
}
