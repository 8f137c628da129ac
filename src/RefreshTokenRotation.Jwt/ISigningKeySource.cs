namespace RefreshTokenRotation.Jwt;

/// <summary>Supplies keys that the host keeps in a vault or a key management service. Thread-safe.</summary>
public interface ISigningKeySource
{
    /// <summary>Every key that signs now, will sign, or has signed tokens that are still valid. It is called when the host starts, and again by
    /// the first caller after each <see cref="JwtAccessTokenOptions.KeyRefreshInterval"/>.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The keys. After an exception the previous ones stay in use until the next interval; if the first load throws, the host does not start.</returns>
    ValueTask<IReadOnlyList<SigningKey>> GetKeysAsync(CancellationToken cancellationToken);
}
