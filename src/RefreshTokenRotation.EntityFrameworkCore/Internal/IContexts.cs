namespace RefreshTokenRotation.EntityFrameworkCore.Internal;

/// <summary>Where the store gets its contexts from.</summary>
internal interface IContexts
{
    /// <summary>Opens a context that nobody else uses. Its model has the store's tables.</summary>
    ValueTask<ContextLease> OpenAsync(CancellationToken cancellationToken);
}
