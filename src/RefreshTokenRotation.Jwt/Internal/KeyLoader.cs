using System.Security.Cryptography;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace RefreshTokenRotation.Jwt.Internal;

/// <summary>Puts the keys of the options, of the folder and of the host's sources together. Called by one caller at a time.</summary>
internal sealed class KeyLoader(JwtAccessTokenOptions options, IEnumerable<ISigningKeySource> sources, IHostEnvironment? environment, ILogger logger)
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

        if (keys.Count == 0 && JwtOptionsValidator.MaySignWithDevelopmentKey(options, environment))
        {
            keys.Add(_developmentKey ??= DevelopmentKey());
        }

        var failures = SigningKeyValidator.Failures(keys).ToArray();
        return failures.Length == 0 ? keys : throw new InvalidOperationException(string.Join(' ', failures));
    }

    private SigningKey DevelopmentKey()
    {
        if (options.DevelopmentKeyFolder is { } folder)
        {
            var loaded = DevelopmentKeyFile.Load(folder, options.DevelopmentKeyAlgorithm);
            logger.DevelopmentKeyLoaded(loaded.KeyId, loaded.Algorithm, DevelopmentKeyFile.PathOf(folder, options.DevelopmentKeyAlgorithm));
            return loaded;
        }

        var made = SigningKey.Generate(options.DevelopmentKeyAlgorithm);
        logger.DevelopmentKeyGenerated(made.KeyId, made.Algorithm);
        return made;
    }
}

/// <summary>The keys in a folder of PEM files.</summary>
internal sealed class FolderKeySource(string folder, string? password) : ISigningKeySource
{
    /// <summary>Keys by file, with the hash of the file: one that has not changed stays the same object.</summary>
    private Dictionary<string, (string Hash, SigningKey Key)> _known = [];

    public async ValueTask<IReadOnlyList<SigningKey>> GetKeysAsync(CancellationToken cancellationToken)
    {
        if (!Directory.Exists(folder))
        {
            throw new DirectoryNotFoundException(
                $"KeyFolder ('{Path.GetFullPath(folder)}') does not exist. Create it with a private key (*.pem), or call UseDevelopmentSigningKey() in Development.");
        }

        var read = new Dictionary<string, (string Hash, SigningKey Key)>();
        foreach (var file in Directory.EnumerateFiles(folder, "*.pem").Order(StringComparer.Ordinal))
        {
            // By content and not by the time of the file: mounted secrets are swapped by links.
            var pem = await File.ReadAllTextAsync(file, cancellationToken).ConfigureAwait(false);
            var hash = Convert.ToBase64String(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(pem)));
            read[file] = _known.TryGetValue(file, out var known) && known.Hash == hash ? known : (hash, PemKey.ReadFile(file, pem, password));
        }

        _known = read;
        return [.. read.Values.Select(static entry => entry.Key)];
    }
}
