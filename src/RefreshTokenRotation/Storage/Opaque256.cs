using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;

namespace RefreshTokenRotation.Storage;

/// <summary>32 bytes that a store keeps and never shows: a lookup key, the hash of a secret, or a salt.</summary>
/// <remarks>Write them to a fixed-width binary column. They must reach no log, no exception and no <c>ToString()</c>.</remarks>
[DebuggerDisplay("[redacted]")]
[StructLayout(LayoutKind.Sequential)]
public readonly struct Opaque256 : IEquatable<Opaque256>
{
    /// <summary>The size in bytes.</summary>
    public const int Size = 32;

    private readonly ulong _first;
    private readonly ulong _second;
    private readonly ulong _third;
    private readonly ulong _fourth;

    /// <summary>Takes the bytes.</summary>
    /// <param name="bytes">Exactly 32.</param>
    /// <exception cref="ArgumentException">There are more or fewer.</exception>
    public Opaque256(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != Size)
        {
            throw new ArgumentException($"{bytes.Length} bytes; exactly {Size} are needed.", nameof(bytes));
        }

        this = MemoryMarshal.Read<Opaque256>(bytes);
    }

    /// <summary>Compares in constant time.</summary>
    /// <param name="left">One value.</param>
    /// <param name="right">The other value.</param>
    public static bool operator ==(Opaque256 left, Opaque256 right) => left.Equals(right);

    /// <inheritdoc cref="operator ==(Opaque256, Opaque256)"/>
    public static bool operator !=(Opaque256 left, Opaque256 right) => !left.Equals(right);

    /// <summary>Copies the bytes out.</summary>
    /// <param name="destination">At least 32 bytes.</param>
    /// <exception cref="ArgumentException">The destination is shorter.</exception>
    public void CopyTo(Span<byte> destination) => AsBytes(in this).CopyTo(destination);

    /// <summary>The bytes, in a new array.</summary>
    /// <returns>32 bytes.</returns>
    public byte[] ToArray() => AsBytes(in this).ToArray();

    /// <inheritdoc/>
    /// <remarks>Constant time: all 32 bytes are combined before the one comparison.</remarks>
    public bool Equals(Opaque256 other) =>
        ((_first ^ other._first) | (_second ^ other._second) | (_third ^ other._third) | (_fourth ^ other._fourth)) == 0;

    /// <inheritdoc/>
    public override bool Equals([NotNullWhen(true)] object? obj) => obj is Opaque256 other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => (int)_first;

    /// <summary>Always <c>[redacted]</c>.</summary>
    public override string ToString() => "[redacted]";

    internal static ReadOnlySpan<byte> AsBytes(ref readonly Opaque256 value) =>
        MemoryMarshal.AsBytes(new ReadOnlySpan<Opaque256>(in value));
}
