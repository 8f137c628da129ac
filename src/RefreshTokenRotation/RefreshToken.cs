using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace RefreshTokenRotation;

/// <summary>A refresh token in plain text. Nothing but <see cref="Reveal"/> shows its value.</summary>
/// <remarks>
/// The value is opaque to clients (RFC 6749 section 1.5). It is a secret: write it to the response and nowhere else.
/// <c>ToString()</c>, the debugger and a JSON serializer show no part of it.
/// </remarks>
[DebuggerDisplay("[redacted]")]
public readonly struct RefreshToken : IEquatable<RefreshToken>
{
    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    private readonly string? _value;

    /// <summary>Wraps a token as a client presented it. It may be malformed, or null if the request has none: an exchange then rejects it as unknown.</summary>
    /// <param name="value">The token as it was in the request.</param>
    public RefreshToken(string? value) => _value = value;

    internal ReadOnlySpan<char> Characters => _value;

    /// <summary>Wraps a token as a client presented it.</summary>
    /// <param name="value">The token as it was in the request; null is an unknown token.</param>
    public static implicit operator RefreshToken(string? value) => new(value);

    /// <summary>Compares two tokens in constant time.</summary>
    /// <param name="left">One token.</param>
    /// <param name="right">The other token.</param>
    public static bool operator ==(RefreshToken left, RefreshToken right) => left.Equals(right);

    /// <inheritdoc cref="operator ==(RefreshToken, RefreshToken)"/>
    public static bool operator !=(RefreshToken left, RefreshToken right) => !left.Equals(right);

    /// <summary>Wraps a token as a client presented it.</summary>
    /// <param name="value">The token as it was in the request; null is an unknown token.</param>
    public static RefreshToken FromString(string? value) => new(value);

    /// <summary>The token in plain text, for the response to the client (RFC 6749 section 5.1).</summary>
    /// <returns>The token; empty for a default value.</returns>
    public string Reveal() => _value ?? string.Empty;

    /// <inheritdoc/>
    public bool Equals(RefreshToken other) =>
        CryptographicOperations.FixedTimeEquals(MemoryMarshal.AsBytes(Characters), MemoryMarshal.AsBytes(other.Characters));

    /// <inheritdoc/>
    public override bool Equals([NotNullWhen(true)] object? obj) => obj is RefreshToken other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => Reveal().GetHashCode(StringComparison.Ordinal);

    /// <summary>Always <c>[redacted]</c>.</summary>
    public override string ToString() => "[redacted]";
}
