namespace RefreshTokenRotation;

/// <summary>What an access token is produced from.</summary>
public sealed class AccessTokenContext
{
    internal AccessTokenContext(
        TokenFamilyInfo family,
        long generation,
        ExchangeOutcome? outcome,
        IReadOnlyList<string> scopes,
        IReadOnlyList<string> resources,
        IServiceProvider? services = null)
    {
        Family = family;
        Generation = generation;
        Outcome = outcome;
        Scopes = scopes;
        Resources = resources;
        Services = services;
    }

    /// <summary>The family as it is before the write. Put its id into the access token, so that a deny list can find it.</summary>
    public TokenFamilyInfo Family { get; }

    /// <summary>The generation of the refresh token in this response. Together with the family's id, it is the argument of
    /// <see cref="ITokenFamilyManager.ConfirmUseAsync"/>.</summary>
    public long Generation { get; }

    /// <summary>What the exchange is about to do; null when a family is started.</summary>
    public ExchangeOutcome? Outcome { get; }

    /// <summary>The scope of this access token.</summary>
    public IReadOnlyList<string> Scopes { get; }

    /// <summary>The resource servers of this access token.</summary>
    public IReadOnlyList<string> Resources { get; }

    /// <summary>The scope of the request; null if it named none.</summary>
    public IServiceProvider? Services { get; }
}
