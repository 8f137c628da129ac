using System.Security.Cryptography;

namespace RefreshTokenRotation.Jwt.Internal;

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
