using System.Collections.Concurrent;

namespace RefreshTokenRotation.Client;

/// <summary>The newest nonce of each origin (RFC 9449, sections 8 and 9).</summary>
internal sealed class DPoPNonces
{
    private const string Header = "DPoP-Nonce";
    private const int MaxOrigins = 256;

    private readonly ConcurrentDictionary<string, string> _nonces = new();

    public string? For(Uri address) => _nonces.GetValueOrDefault(OriginOf(address));

    /// <summary>Keeps the nonce of an answer. True if it is a new one.</summary>
    public bool Learn(Uri address, HttpResponseMessage response)
    {
        if (!response.Headers.TryGetValues(Header, out var values) || values.FirstOrDefault() is not { Length: > 0 and < 1024 } nonce)
        {
            return false;
        }

        var origin = OriginOf(address);
        if (_nonces.TryGetValue(origin, out var known) && known == nonce)
        {
            return false;
        }

        if (_nonces.Count >= MaxOrigins)
        {
            _nonces.Clear();
        }

        _nonces[origin] = nonce;
        return true;
    }

    private static string OriginOf(Uri address) => address.GetLeftPart(UriPartial.Authority);
}
