namespace RefreshTokenRotation;

/// <summary>What a detected reuse revokes.</summary>
public enum ReuseResponse
{
    /// <summary>Only the family whose token came back.</summary>
    Family = 1,

    /// <summary>Every family of this user and client whose log-in was not later than the detection.</summary>
    UserAndClient = 2,

    /// <summary>Every family of this user whose log-in was not later than the detection.</summary>
    User = 3,

    /// <summary>Every family of this user and client that was issued for one of the same resource servers, or, like this one, for none, and whose log-in was
    /// not later than the detection: the grant, as Auth0 ends it.</summary>
    Grant = 4,
}
