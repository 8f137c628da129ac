namespace RefreshTokenRotation.AspNetCore;

/// <summary>The public names of a resource server's metrics, on the meter <see cref="RotationTelemetry.MeterName"/>. They never change. None of
/// them holds a token, a family or a subject.</summary>
public static class ResourceServerTelemetry
{
    /// <summary>Counter: requests that were rejected, by <c>reason</c>: <c>ended</c>, <c>inactive</c>, <c>malformed</c>, <c>no_family</c> or
    /// <c>other_tenant</c>.</summary>
    public const string Refusals = "refresh_token_rotation.access_tokens.refused";

    /// <summary>Counter: requests that came while the source failed; <c>allowed</c> is true if they passed.</summary>
    public const string Unavailable = "refresh_token_rotation.access_tokens.unavailable";

    /// <summary>Histogram, in seconds: the age of the lookup result that let a request pass. Its maximum is the longest time for which tokens of an ended
    /// family can have been accepted.</summary>
    public const string AnswerAge = "refresh_token_rotation.access_tokens.answer_age";

    /// <summary>Counter: uses of access tokens that were reported to the store; <c>failed</c> is true if the store failed.</summary>
    public const string Confirmations = "refresh_token_rotation.access_tokens.confirmations";
}
