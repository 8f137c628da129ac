namespace RefreshTokenRotation.Internal;

/// <summary>Makes outages of what lies beneath look the same to every caller.</summary>
internal static class Unavailable
{
    public static RefreshTokenUnavailableException Store(Exception fault) =>
        new("The token store failed; retry with the same token.", fault);

    public static RefreshTokenUnavailableException Policy(Exception fault) =>
        new("The policy could not be resolved; retry with the same token.", fault);

    public static RefreshTokenUnavailableException LegacySource(Exception fault) =>
        new("The source of legacy tokens failed; retry with the same token.", fault);

    public static RefreshTokenUnavailableException Overtaken() =>
        new("Another call used the token while this one ran; retry with the same token.");

    public static RefreshTokenUnavailableException Contended() =>
        new("The family was written by others again and again; retry with the same token.");
}
