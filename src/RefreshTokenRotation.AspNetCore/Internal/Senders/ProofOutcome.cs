namespace RefreshTokenRotation.AspNetCore.Internal.Senders;

/// <summary>What came of a DPoP proof.</summary>
internal enum ProofOutcome
{
    /// <summary>There is none.</summary>
    Missing,

    /// <summary>It is none, is not for this request, is too old, or was used before.</summary>
    Invalid,

    /// <summary>It holds no nonce, or one that is over.</summary>
    NonceNeeded,

    /// <summary>It proves its key.</summary>
    Valid,
}
