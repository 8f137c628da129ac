using System.Diagnostics;

namespace RefreshTokenRotation.Storage;

/// <summary>What leads from tokens of several generations back to the current one (<see cref="RotationPolicy.LeewayGenerations"/>). To a store it is bytes.</summary>
/// <remarks>Write it to a nullable binary column. It holds salts: like them it reaches no log, exception or <c>ToString()</c>. It compares by its bytes.</remarks>
[DebuggerDisplay("[redacted]")]
public sealed class TokenTrail : IEquatable<TokenTrail>
{
    /// <summary>The greatest size in bytes: 1,024.</summary>
    public const int MaxSize = 1024;

    private readonly byte[] _bytes;

    /// <summary>Takes the bytes.</summary>
    /// <param name="bytes">1 to <see cref="MaxSize"/> of them.</param>
    /// <exception cref="ArgumentException">There are none, or more.</exception>
    public TokenTrail(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length is < 1 or > MaxSize)
        {
            throw new ArgumentException($"{bytes.Length} bytes; 1 to {MaxSize} are needed.", nameof(bytes));
        }

        _bytes = bytes.ToArray();
    }

    /// <summary>How many bytes there are.</summary>
    public int Size => _bytes.Length;

    internal ReadOnlySpan<byte> Bytes => _bytes;

    /// <summary>The bytes, in a new array.</summary>
    /// <returns>1 to <see cref="MaxSize"/> bytes.</returns>
    public byte[] ToArray() => [.. _bytes];

    /// <inheritdoc/>
    public bool Equals(TokenTrail? other) => other is not null && Bytes.SequenceEqual(other.Bytes);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as TokenTrail);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = default(HashCode);
        hash.AddBytes(_bytes);
        return hash.ToHashCode();
    }

    /// <summary>Always <c>[redacted]</c>.</summary>
    public override string ToString() => "[redacted]";
}
