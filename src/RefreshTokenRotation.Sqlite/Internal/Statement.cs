using System.Buffers;
using System.Text;
using RefreshTokenRotation.Storage;
using SQLitePCL;

namespace RefreshTokenRotation.Sqlite.Internal;

/// <summary>A prepared statement. Values are bound one after the other; the end of its use leaves it ready for the next one, or ends it.</summary>
internal sealed class Statement : IDisposable, IValueWriter<Statement>, IFamilyReader
{
    /// <summary>Half a surrogate pair is refused: what can't come back as it was is not stored.</summary>
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly Session _session;
    private readonly sqlite3_stmt _handle;
    private readonly bool _isKept;
    private int _bound;

    public Statement(Session session, string sql, bool isKept)
    {
        _session = session;
        _isKept = isKept;
        if (raw.sqlite3_prepare_v2(session.Handle, sql, out _handle) is var code and not raw.SQLITE_OK)
        {
            throw session.Fault(code);
        }
    }

    public static byte[] ToBytes(string text) => Utf8.GetBytes(text);

    public static string ToText(ReadOnlySpan<byte> bytes) => Utf8.GetString(bytes);

    /// <summary>Begins with the first place: an earlier use may have ended among them.</summary>
    public Statement Begin()
    {
        _bound = 0;
        return this;
    }

    public Statement Bind(long value) => Check(raw.sqlite3_bind_int64(_handle, ++_bound, value));

    public Statement Bind(ReadOnlySpan<byte> value) => Check(raw.sqlite3_bind_blob(_handle, ++_bound, value));

    public Statement Bind(IReadOnlyCollection<string> texts) => texts.Count == 0 ? BindNull() : Bind(TextList.Write(texts));

    public Statement Bind(Opaque256? value)
    {
        if (value is not { } opaque)
        {
            return BindNull();
        }

        Span<byte> bytes = stackalloc byte[Opaque256.Size];
        opaque.CopyTo(bytes);
        return Bind(bytes);
    }

    public Statement Bind(TokenTrail? value) => value is null ? BindNull() : Bind(value.ToArray().AsSpan());

    public Statement Bind(Guid value)
    {
        Span<byte> bytes = stackalloc byte[16];
        value.TryWriteBytes(bytes, bigEndian: true, out _);
        return Bind(bytes);
    }

    /// <summary>With its length, so that a NUL is a character like any other.</summary>
    public Statement Bind(string? value)
    {
        if (value is null)
        {
            return BindNull();
        }

        if (value.Length == 0)
        {
            // An empty span has no address, which would be NULL.
            return Check(raw.sqlite3_bind_text(_handle, ++_bound, utf8z.FromString(string.Empty)));
        }

        var buffer = ArrayPool<byte>.Shared.Rent(Utf8.GetMaxByteCount(value.Length));
        var length = Utf8.GetBytes(value, buffer);
        Check(raw.sqlite3_bind_text(_handle, ++_bound, buffer.AsSpan(0, length)));
        ArrayPool<byte>.Shared.Return(buffer);
        return this;
    }

    /// <summary>Goes to the next row.</summary>
    /// <returns>False if there is none.</returns>
    public bool Step() => raw.sqlite3_step(_handle) switch
    {
        raw.SQLITE_ROW => true,
        raw.SQLITE_DONE => false,
        var code => throw _session.Fault(code),
    };

    /// <summary>Runs a statement that returns no rows, and ends its use.</summary>
    /// <returns>How many rows it changed.</returns>
    public int Run()
    {
        using var ended = this;
        while (Step())
        {
        }

        return raw.sqlite3_changes(_session.Handle);
    }

    public bool IsNull(int column) => raw.sqlite3_column_type(_handle, column) == raw.SQLITE_NULL;

    public long Int64(int column) => raw.sqlite3_column_int64(_handle, column);

    /// <summary>The bytes of a blob or of a text, until the next step.</summary>
    public ReadOnlySpan<byte> Bytes(int column) => raw.sqlite3_column_blob(_handle, column);

    public string? Text(int column) => IsNull(column) ? null : ToText(Bytes(column));

    public Guid Guid(int column) => new(Bytes(column), bigEndian: true);

    public Opaque256 Opaque(int column) => new(Bytes(column));

    public TokenTrail Trail(int column) => new(Bytes(column));

    public string[] Texts(int column) => TextList.Read(Bytes(column));

    public void Dispose()
    {
        if (_isKept)
        {
            // Ends its snapshot too. What it returns repeats the fault that the step has thrown.
            raw.sqlite3_reset(_handle);
        }
        else
        {
            _handle.Dispose();
        }
    }

    public void End() => _handle.Dispose();

    private Statement BindNull() => Check(raw.sqlite3_bind_null(_handle, ++_bound));

    private Statement Check(int code) => code == raw.SQLITE_OK ? this : throw _session.Fault(code);
}
