using System.Text;
using RefreshTokenRotation.Storage;

namespace RefreshTokenRotation.Redis.Internal;

/// <summary>Writes the columns of a family one after the other. The form is frozen: a golden file holds it. Its first byte is its version.</summary>
/// <remarks>A number has seven bits a byte, the lowest first, the eighth says that more follow. A text is its length in UTF-8 bytes plus one, and the bytes; zero
/// where it is null. A GUID is big-endian; a hash is a byte 1 and its bytes, or 0; a list its length and its texts.</remarks>
internal sealed class FamilyBytesWriter : IValueWriter<FamilyBytesWriter>
{
    public const byte Version = 1;

    [ThreadStatic]
    private static FamilyBytesWriter? _ofThread;

    private byte[] _bytes = new byte[2048];
    private int _length;

    public static byte[] Grant(FamilyGrant grant) => Begin().BindGrant(grant).ToArray();

    public static byte[] Changes(TokenFamily family) => Begin().BindChanges(family).ToArray();

    public FamilyBytesWriter Bind(long value)
    {
        var rest = (ulong)value;
        var room = Room(10);
        var count = 0;
        while (rest >= 0x80)
        {
            room[count++] = (byte)(rest | 0x80);
            rest >>= 7;
        }

        room[count++] = (byte)rest;
        _length += count;
        return this;
    }

    public FamilyBytesWriter Bind(string? value)
    {
        if (value is null)
        {
            return Bind(0);
        }

        var count = Encoding.UTF8.GetByteCount(value);
        Bind(count + 1L);
        _length += Encoding.UTF8.GetBytes(value, Room(count));
        return this;
    }

    public FamilyBytesWriter Bind(Guid value)
    {
        value.TryWriteBytes(Room(16), bigEndian: true, out var count);
        _length += count;
        return this;
    }

    public FamilyBytesWriter Bind(Opaque256? value)
    {
        var room = Room(1 + Opaque256.Size);
        room[0] = value is null ? (byte)0 : (byte)1;
        value?.CopyTo(room[1..]);
        _length += value is null ? 1 : 1 + Opaque256.Size;
        return this;
    }

    public FamilyBytesWriter Bind(TokenTrail? value)
    {
        if (value is null)
        {
            return Bind(0);
        }

        var bytes = value.ToArray();
        Bind(bytes.Length);
        bytes.CopyTo(Room(bytes.Length));
        _length += bytes.Length;
        return this;
    }

    public FamilyBytesWriter Bind(IReadOnlyCollection<string> texts)
    {
        Bind(texts.Count);
        foreach (var text in texts)
        {
            Bind(text);
        }

        return this;
    }

    private static FamilyBytesWriter Begin()
    {
        var writer = _ofThread ??= new FamilyBytesWriter();
        writer._bytes[0] = Version;
        writer._length = 1;
        return writer;
    }

    private Span<byte> Room(int count)
    {
        if (_bytes.Length - _length < count)
        {
            Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, _length + count));
        }

        return _bytes.AsSpan(_length);
    }

    private byte[] ToArray() => _bytes.AsSpan(0, _length).ToArray();
}
