namespace RefreshTokenRotation.Jwt.Tests.Support;

/// <summary>Keys that tests share: to make one of RSA takes a while.</summary>
internal static class Keys
{
    public static SigningKey Ec { get; } = SigningKey.Generate(SigningAlgorithm.ES256);

    public static SigningKey Rsa { get; } = SigningKey.Generate(SigningAlgorithm.RS256);

    public static SigningKey Pss { get; } = SigningKey.Generate(SigningAlgorithm.PS256);

    public static SigningKey Of(SigningAlgorithm algorithm) => algorithm switch
    {
        SigningAlgorithm.ES256 => Ec,
        SigningAlgorithm.RS256 => Rsa,
        _ => Pss,
    };
}
