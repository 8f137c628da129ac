namespace RefreshTokenRotation;

/// <summary>How a client treats its refresh tokens, as <see cref="IRotationAdvisor"/> sees it.</summary>
public enum ClientPattern
{
    /// <summary>Fewer than 20 rotations were seen, or the client's tokens don't rotate.</summary>
    NotEnoughSeen,

    /// <summary>Each family has one holder, which keeps the newest token.</summary>
    OneHolder,

    /// <summary>Two or three holders refresh at once: tabs of a browser.</summary>
    ParallelTabs,

    /// <summary>Many requests refresh at once with one token: a server that fans out without a lock.</summary>
    ParallelRequests,

    /// <summary>Responses get lost, and the client comes back later with the previous token: a phone.</summary>
    LostResponses,

    /// <summary>Several processes share one token and come back with old ones, minutes to hours later: agents, command-line tools.</summary>
    SharedToken,

    /// <summary>The client presents its first token again and again and never the one that it was given.</summary>
    NeverStoresSuccessor,

    /// <summary>A few families had two holders, hours apart, and the others had one: to the server, that is what a theft looks like.</summary>
    PossibleTheft,
}
