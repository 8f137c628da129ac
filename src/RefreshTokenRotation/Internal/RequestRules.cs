namespace RefreshTokenRotation.Internal;

/// <summary>Refuses bad requests before any work. What a host gets wrong is an exception; what a client sends wrong is a refusal.</summary>
internal static class RequestRules
{
    public static void Check(IssueRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        FieldRules.CheckIdentifier(request.Subject, nameof(request.Subject));
        FieldRules.CheckIdentifier(request.ClientId, nameof(request.ClientId));
        FieldRules.CheckTenant(request.TenantId);
        FieldRules.CheckScopes(request.Scopes, nameof(request.Scopes));
        FieldRules.CheckTexts(request.Resources, RequestLimits.ResourceCount, RequestLimits.ResourceLength, nameof(request.Resources));
        FieldRules.CheckOptional(request.AuthorizationId, RequestLimits.IdentifierLength, nameof(request.AuthorizationId));
        FieldRules.CheckOptional(request.SessionId, RequestLimits.IdentifierLength, nameof(request.SessionId));
        FieldRules.CheckOptional(request.SenderKeyThumbprint, RequestLimits.IdentifierLength, nameof(request.SenderKeyThumbprint));
        FieldRules.CheckOptional(request.Acr, RequestLimits.IdentifierLength, nameof(request.Acr));
        FieldRules.CheckTexts(request.Amr, RequestLimits.AmrCount, RequestLimits.IdentifierLength, nameof(request.Amr));
        FieldRules.Check(request.Device);
        Metadata.Check(request.Metadata, nameof(request.Metadata));
    }

    public static void Check(ExchangeRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        CheckToken(request.RefreshToken);
        FieldRules.CheckIdentifier(request.ClientId, nameof(request.ClientId));
        FieldRules.CheckTenant(request.TenantId);
        FieldRules.CheckOptional(request.SenderKeyThumbprint, RequestLimits.IdentifierLength, nameof(request.SenderKeyThumbprint));
        FieldRules.Check(request.Device);
    }

    public static void Check(RevokeRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        CheckToken(request.RefreshToken);
        FieldRules.CheckIdentifier(request.ClientId, nameof(request.ClientId));
        FieldRules.CheckTenant(request.TenantId);
    }

    public static void Check(IntrospectRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        CheckToken(request.RefreshToken);
        FieldRules.CheckTenant(request.TenantId);
    }

    /// <summary>Scope or resources that no grant can hold; null if there are none.</summary>
    public static RejectionReason? FindUnusable(ExchangeRequest request)
    {
        if (request.Scopes is { Count: > 0 } scopes && (scopes.Count > RequestLimits.ScopeCount || !scopes.All(FieldRules.IsScope)))
        {
            return RejectionReason.InvalidScope;
        }

        return request.Resources is { Count: > 0 } resources
            && (resources.Count > RequestLimits.ResourceCount || !resources.All(static value => FieldRules.IsText(value, RequestLimits.ResourceLength)))
                ? RejectionReason.InvalidTarget
                : null;
    }

    private static void CheckToken(RefreshToken token)
    {
        if (token.IsDefault)
        {
            throw new ArgumentException("RefreshToken is missing.", nameof(token));
        }
    }
}
