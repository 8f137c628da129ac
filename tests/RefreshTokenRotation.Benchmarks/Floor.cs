using System.Security.Cryptography;

namespace RefreshTokenRotation.Benchmarks;

/// <summary>The bare cryptography that each kind of exchange can't avoid, on buffers that are there.</summary>
internal sealed class Floor
{
    private readonly byte[] _selector = RandomNumberGenerator.GetBytes(16);
    private readonly byte[] _secret = RandomNumberGenerator.GetBytes(32);
    private readonly byte[] _random = new byte[32];
    private readonly byte[] _next = new byte[32];
    private readonly byte[] _hash = new byte[32];

    /// <summary>Look up, verify, draw, hash.</summary>
    public void Rotate()
    {
        SHA256.HashData(_selector, _hash);
        SHA256.HashData(_secret, _hash);
        RandomNumberGenerator.Fill(_random);
        SHA256.HashData(_random, _hash);
    }

    /// <summary>Look up, verify, draw a salt, derive, hash.</summary>
    public void RotateWithLeeway()
    {
        SHA256.HashData(_selector, _hash);
        SHA256.HashData(_secret, _hash);
        RandomNumberGenerator.Fill(_random);
        HMACSHA256.HashData(_secret, _random, _next);
        SHA256.HashData(_next, _hash);
    }

    /// <summary>Look up, find that it is not the current one, derive, verify.</summary>
    public void Reissue()
    {
        SHA256.HashData(_selector, _hash);
        SHA256.HashData(_secret, _hash);
        HMACSHA256.HashData(_secret, _random, _next);
        SHA256.HashData(_next, _hash);
    }

    /// <summary>Look up, verify.</summary>
    public void Use()
    {
        SHA256.HashData(_selector, _hash);
        SHA256.HashData(_secret, _hash);
    }
}
