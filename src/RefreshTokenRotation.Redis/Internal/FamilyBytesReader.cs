using System.Globalization;
using System.Text;
using RefreshTokenRotation.Storage;

namespace RefreshTokenRotation.Redis.Internal;

/// <summary>Reads what <see cref="FamilyBytesWriter"/> has written, column after column, as <see cref="FamilyColumns.Read"/> asks for them.</summary>
internal sealed class FamilyBytesReader : IFamilyReader
{
    private const int FirstOfGrant = 18;

    private readonly byte[] _grant;
    private byte[] _bytes;
    private int _place;

    private FamilyBytesReader(byte[] changes, byte[] grant)
    {
        _grant = grant;
        _bytes = Checked(changes);
        _place = 1;
        Number(); // The day of pruning.
    }

    public static TokenFamily Read(byte[] grant, byte[] changes) => FamilyColumns.Read(new FamilyBytesReader(changes, grant));

    public bool IsNull(int column)
    {
        if (_bytes[_place] != 0)
        {
            return false;
        }

        _place++;
        return true;
    }

    public long Int64(int column) => Number();

    public string? Text(int column) => Text();

    public Guid Guid(int column) => new(Take(16), bigEndian: true);

    public Opaque256 Opaque(int column)
    {
        if (column == FirstOfGrant)
        {
            _bytes = Checked(_grant);
            _place = 1;
        }

        _place++;
        return new Opaque256(Take(Opaque256.Size));
    }

    public TokenTrail Trail(int column) => new(Take((int)Number()));

    public string[] Texts(int column)
    {
        var count = (int)Number();
        var texts = count == 0 ? [] : new string[count];
        for (var i = 0; i < texts.Length; i++)
        {
            texts[i] = Text()!;
        }

        return texts;
    }

    /// <summary>What this version does not know is an outage and not a guess.</summary>
    private static byte[] Checked(byte[] bytes) => bytes[0] == FamilyBytesWriter.Version
        ? bytes
        : throw new NotSupportedException(string.Create(
            CultureInfo.InvariantCulture, $"A stored family has version {bytes[0]}; this version of the library reads {FamilyBytesWriter.Version}."));

    private string? Text() => Number() is var length and not 0 ? Encoding.UTF8.GetString(Take((int)length - 1)) : null;

    private ReadOnlySpan<byte> Take(int count)
    {
        var taken = _bytes.AsSpan(_place, count);
        _place += count;
        return taken;
    }

    private long Number()
    {
        var value = 0ul;
        for (var shift = 0; ; shift += 7)
        {
            var next = _bytes[_place++];
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
            {
                return (long)value;
            }
        }
    }
}
