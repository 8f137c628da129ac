using Microsoft.Extensions.Logging;

namespace RefreshTokenRotation.Jwt.Internal;

/// <summary>Puts the keys of the options, of the folder and of the host's sources together. Called by one caller at a time.</summary>
internal sealed class KeyLoader(JwtAccessTokenOptions options, IEnumerable<ISigningKeySource> sources, ILogger logger)
{
    private readonly ISigningKeySource[] _sources =
        [.. options.KeyFolder is { } folder ? [new FolderKeySource(folder, options.KeyFolderPassword)] : Array.Empty<ISigningKeySource>(), .. sources];

    private SigningKey? _developmentKey;

    public async ValueTask<IReadOnlyList<SigningKey>> LoadAsync(CancellationToken cancellationToken)
    {
        List<SigningKey> keys = [.. options.SigningKeys];
        foreach (var source in _sources)
        {
            keys.AddRange(await source.GetKeysAsync(cancellationToken).ConfigureAwait(false));
        }

        if (keys.Count == 0 && options.GenerateDevelopmentKey)
        {
            keys.Add(DevelopmentKey());
        }

        var failures = SigningKeyValidator.Failures(keys).ToArray();
        return failures.Length == 0 ? keys : throw new InvalidOperationException(string.Join(' ', failures));
    }

    private SigningKey DevelopmentKey()
    {
        if (_developmentKey is null)
        {
            if (options.DevelopmentKeyFolder is { } folder)
            {
                _developmentKey = DevelopmentKeyFile.Load(folder, options.DevelopmentKeyAlgorithm);
                logger.DevelopmentKeyLoaded(_developmentKey.KeyId, _developmentKey.Algorithm, DevelopmentKeyFile.PathOf(folder, options.DevelopmentKeyAlgorithm));
                return _developmentKey;
            }

            _developmentKey = SigningKey.Generate(options.DevelopmentKeyAlgorithm);
            logger.DevelopmentKeyGenerated(_developmentKey.KeyId, _developmentKey.Algorithm);
        }

        return _developmentKey;
    }
}
