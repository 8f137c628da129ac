namespace RefreshTokenRotation.Simulation.Worlds;

/// <summary>Writes numbers as few bytes: small ones, which most are, as one.</summary>
internal sealed class KeyWriter
{
    private byte[] _bytes = new byte[1024];
    private int _length;

    public void Clear() => _length = 0;

    /// <summary>Adds a number; those below -2 take the most bytes.</summary>
    public void Add(int number)
    {
        if (_length + 5 > _bytes.Length)
        {
            Array.Resize(ref _bytes, _bytes.Length * 2);
        }

        var rest = (uint)(number + 2);
        for (; rest >= 0x80; rest >>= 7)
        {
            _bytes[_length++] = (byte)(rest | 0x80);
        }

        _bytes[_length++] = (byte)rest;
    }

    public void AddRange(int[] numbers)
    {
        foreach (var number in numbers)
        {
            Add(number);
        }
    }

    public byte[] ToArray() => _bytes[.._length];
}
