namespace RefreshTokenRotation.Rotation;

/// <summary>The four calls of a host, each in its own file.</summary>
internal sealed class RefreshTokenService(TokenIssuance issuance, TokenExchange exchange, TokenRevocation revocation) : IRefreshTokenService
{
    public ValueTask<IssueResult> IssueAsync(IssueRequest request, CancellationToken cancellationToken = default) =>
        issuance.IssueAsync(request, cancellationToken);

    public ValueTask<ExchangeResult> ExchangeAsync(ExchangeRequest request, CancellationToken cancellationToken = default) =>
        exchange.ExchangeAsync(request, cancellationToken);

    public ValueTask<RevokeResult> RevokeAsync(RevokeRequest request, CancellationToken cancellationToken = default) =>
        revocation.RevokeAsync(request, cancellationToken);

    public ValueTask<IntrospectResult> IntrospectAsync(IntrospectRequest request, CancellationToken cancellationToken = default) =>
        revocation.IntrospectAsync(request, cancellationToken);
}
