using System.Security.Claims;
using Microsoft.Extensions.Options;

namespace RefreshTokenRotation.AspNetCore.Internal;

/// <summary>The host resolves a request's tenant. A caller of another tenant is rejected, and one that names no tenant belongs to the empty one.</summary>
internal sealed class TenantRule
{
    public const string DefaultClaim = "org_id";

    private readonly Func<HttpContext, string> _resolve;
    private readonly bool _allowsUnnamed;

    public TenantRule(IOptions<TenantOptions> options, IAccessTokenIssuer? tokens = null)
    {
        var settings = options.Value;
        (_resolve, _allowsUnnamed) = (settings.ResolveTenant, settings.AllowPrincipalsWithoutTenant);
        Claim = settings.TenantClaim ?? tokens?.TenantClaim ?? DefaultClaim;
        if (tokens?.TenantClaim is { } written && written != Claim)
        {
            throw new InvalidOperationException(
                $"TenantOptions.TenantClaim ('{Claim}') and the claim in which access tokens name their tenant ('{written}') must be the same.");
        }
    }

    /// <summary>The claim that names a tenant.</summary>
    public string Claim { get; }

    /// <summary>The tenant of a request.</summary>
    public string Of(HttpContext context) => _resolve(context) ?? string.Empty;

    /// <summary>Whether a principal may use what belongs to the tenant of a request.</summary>
    public bool Admits(ClaimsPrincipal principal, string tenantId) =>
        ValuesOf(principal, Claim).Any() ? NamesNoOther(principal, tenantId) : tenantId.Length == 0 || _allowsUnnamed;

    /// <summary>Whether every tenant that a principal names is this one; true if it names none.</summary>
    public bool NamesNoOther(ClaimsPrincipal principal, string tenantId) => ValuesOf(principal, Claim).All(value => value == tenantId);

    /// <summary>What an authenticated principal says in a claim.</summary>
    public static IEnumerable<string> ValuesOf(ClaimsPrincipal principal, string type) => principal.Identities
        .Where(static identity => identity.IsAuthenticated)
        .SelectMany(identity => identity.FindAll(type))
        .Select(static claim => claim.Value);
}

/// <summary>Validates the options.</summary>
internal sealed class TenantOptionsValidator : IValidateOptions<TenantOptions>
{
    public ValidateOptionsResult Validate(string? name, TenantOptions options) =>
        options.ResolveTenant is null ? ValidateOptionsResult.Fail("ResolveTenant is null.")
            : options.TenantClaim is "" ? ValidateOptionsResult.Fail("TenantClaim is empty.")
            : ValidateOptionsResult.Success;
}
