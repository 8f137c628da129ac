namespace RefreshTokenRotation.Internal;

/// <summary>Refuses bad requests before any work. What a host gets wrong is an exception; what a client sends wrong is a refusal.</summary>
internal static class RequestValidator
{
    public static void Check(IssueRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        FieldValidator.CheckIdentifier(request.Subject, nameof(request.Subject));
        FieldValidator.CheckIdentifier(request.ClientId, nameof(request.ClientId));
        FieldValidator.CheckTenant(request.TenantId);
        FieldValidator.CheckScopes(request.Scopes, nameof(request.Scopes));
        FieldValidator.CheckTexts(request.Resources, RequestLimits.ResourceCount, RequestLimits.ResourceLength, nameof(request.Resources));
        FieldValidator.CheckOptional(request.AuthorizationId, RequestLimits.IdentifierLength, nameof(request.AuthorizationId));
        FieldValidator.CheckOptional(request.SessionId, RequestLimits.IdentifierLength, nameof(request.SessionId));
        FieldValidator.CheckOptional(request.SenderKeyThumbprint, RequestLimits.IdentifierLength, nameof(request.SenderKeyThumbprint));
        FieldValidator.CheckOptional(request.Acr, RequestLimits.IdentifierLength, nameof(request.Acr));
        FieldValidator.CheckTexts(request.Amr, RequestLimits.AmrCount, RequestLimits.IdentifierLength, nameof(request.Amr));
        FieldValidator.Check(request.Device);
        Metadata.Check(request.Metadata, nameof(request.Metadata));
    }

    public static void Check(ExchangeRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        FieldValidator.CheckIdentifier(request.ClientId, nameof(request.ClientId));
        FieldValidator.CheckTenant(request.TenantId);
        FieldValidator.CheckOptional(request.SenderKeyThumbprint, RequestLimits.IdentifierLength, nameof(request.SenderKeyThumbprint));
        FieldValidator.Check(request.Device);
    }

    public static void Check(RevokeRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        FieldValidator.CheckIdentifier(request.ClientId, nameof(request.ClientId));
        FieldValidator.CheckTenant(request.TenantId);
    }

    public static void Check(IntrospectRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        FieldValidator.CheckTenant(request.TenantId);
    }

    /// <summary>Scope or resources that no grant can hold; null if there are none.</summary>
    public static RejectionReason? FindUnusable(ExchangeRequest request)
    {
        if (request.Scopes is { Count: > 0 } scopes && (scopes.Count > RequestLimits.ScopeCount || !scopes.All(TextForm.IsScope)))
        {
            return RejectionReason.InvalidScope;
        }

        return request.Resources is { Count: > 0 } resources
            && (resources.Count > RequestLimits.ResourceCount || !resources.All(static value => TextForm.IsFit(value, RequestLimits.ResourceLength)))
                ? RejectionReason.InvalidTarget
                : null;
    }
}
