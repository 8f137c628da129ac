using static OpenIddict.Server.OpenIddictServerEvents;

namespace RefreshTokenRotation.OpenIddict.Internal;

/// <summary>The token of one request, and the family that it belongs to. It travels in the transaction from validation to the sign-in.</summary>
internal sealed record PresentedFamily(RefreshToken Token, TokenFamilyInfo Family)
{
    /// <summary>What a family is bound to when no client is known: the server accepts anonymous clients.</summary>
    private const string AnonymousClient = "(anonymous)";

    /// <summary>The validation of this very token: a request may carry others, whose lifetimes are their own.</summary>
    public ValidateTokenContext? Validation { get; init; }

    /// <summary>What the stored principal says; null for a draft, which has none.</summary>
    public string[]? Claims { get; set; }

    /// <summary>A family that is not stored yet: the token is the earlier server's, and its first exchange adopts it.</summary>
    public bool IsDraft => Family.Version == 0;

    public static PresentedFamily? Of(OpenIddictServerTransaction transaction) => transaction.GetProperty<PresentedFamily>(typeof(PresentedFamily).FullName!);

    public static string ClientOf(string? clientId) => string.IsNullOrEmpty(clientId) ? AnonymousClient : clientId;

    public void AttachTo(OpenIddictServerTransaction transaction) => transaction.SetProperty(typeof(PresentedFamily).FullName!, this);
}
