namespace RefreshTokenRotation.AspNetCore.Internal;

/// <summary>Asks the token store of this host.</summary>
internal sealed class FamilySource(TimeProvider time, ITokenFamilyManager? families = null) : IAccessTokenStatusSource
{
    private readonly ITokenFamilyManager _families = families ?? throw new InvalidOperationException(
        "This host has no token store: call AddRefreshTokenRotation(), or choose another source with UseIntrospection(...) or UseStatusSource<T>().");

    public async ValueTask<AccessTokenStatus> GetStatusAsync(AccessTokenStatusRequest request, CancellationToken cancellationToken)
    {
        // A deleted family is not found; neither it nor an ended one ever comes back.
        var family = await _families.FindAsync(request.FamilyId, request.TenantId, cancellationToken).ConfigureAwait(false);
        return family?.GetState(time.GetUtcNow()) == FamilyState.Active ? AccessTokenStatus.Active : AccessTokenStatus.Ended;
    }
}
