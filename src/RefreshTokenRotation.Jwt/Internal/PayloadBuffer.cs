using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace RefreshTokenRotation.Jwt.Internal;

/// <summary>A JSON writer and its bytes. One of each thread is kept: together they are larger than the token that they write.</summary>
internal sealed class PayloadBuffer : IDisposable
{
    private const int TypicalSize = 1024;
    private const int LargestKept = 16 * 1024;

    // The default encoder escapes '+' and all that is not ASCII, for the sake of HTML.
    private static readonly JsonWriterOptions Format = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    [ThreadStatic]
    private static PayloadBuffer? _idle;

    private readonly ArrayBufferWriter<byte> _bytes = new(TypicalSize);

    private PayloadBuffer() => Json = new Utf8JsonWriter(_bytes, Format);

    public Utf8JsonWriter Json { get; }

    public ReadOnlySpan<byte> Written => _bytes.WrittenSpan;

    /// <summary>Takes it away from the thread, for a claim's converter may issue a token in its turn.</summary>
    public static PayloadBuffer Take()
    {
        var buffer = _idle ?? new PayloadBuffer();
        _idle = null;
        return buffer;
    }

    /// <summary>Gives it back, without what was written.</summary>
    public void Dispose()
    {
        _bytes.Clear();
        Json.Reset();
        if (_bytes.Capacity <= LargestKept)
        {
            _idle = this;
        }
    }
}
