using System.Security.Claims;

namespace RefreshTokenRotation.Identity.Internal;

/// <summary>A request to <c>/refresh</c>, from before the endpoint runs until the handler responds.</summary>
internal sealed class RefreshAttempt(string token)
{
    public string Token { get; } = token;

    /// <summary>The family that the token belongs to; null if it is unknown, or another client's.</summary>
    public TokenFamilyInfo? Family { get; init; }

    /// <summary>The user as the endpoint has to see them; null if they are refused.</summary>
    public ClaimsPrincipal? Principal { get; init; }

    /// <summary>Why the family ends if the user is refused.</summary>
    public RevocationReason Reason { get; init; }

    /// <summary>The endpoint has asked for the ticket: no filter stopped the request.</summary>
    public bool IsRead { get; set; }

    /// <summary>The user may not go on, and their family ends once the endpoint has responded. What a filter of the host makes of the response does not count.</summary>
    public bool IsRefused { get; set; }
}
