using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace RefreshTokenRotation.Benchmarks.Load;

/// <summary>One client: a connection that is kept, and the refresh token of the last answer goes into the next request. It writes and reads HTTP/1.1
/// itself, so that it takes as little as possible of the cores that the server needs.</summary>
internal sealed class Chain : IDisposable
{
    private readonly int _port;
    private readonly TokenRequest _of;
    private readonly byte[] _member;
    private readonly byte[] _answer = new byte[16_384];
    private byte[] _request = [];
    private int _tokenLength;
    private int _received;
    private long _sentAt;

    public Chain(int port, TokenRequest of, string firstToken)
    {
        (_port, _of) = (port, of);
        _member = Encoding.ASCII.GetBytes($"\"{of.Member}\":");
        Present(Encoding.ASCII.GetBytes(firstToken));
        Socket.Connect(IPAddress.Loopback, port);
    }

    public Socket Socket { get; } = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };

    public void Send()
    {
        _received = 0;
        _sentAt = Stopwatch.GetTimestamp();
        Socket.Send(_request);
    }

    /// <summary>Takes what has come, and the time since the request if that was the whole answer.</summary>
    public long? Receive()
    {
        var count = Socket.Receive(_answer.AsSpan(_received));
        if (count == 0)
        {
            throw new InvalidOperationException("The server has closed the connection.");
        }

        _received += count;
        var answer = _answer.AsSpan(0, _received);
        var headerEnd = answer.IndexOf("\r\n\r\n"u8);
        if (headerEnd < 0 || !IsWhole(answer[..headerEnd], answer[(headerEnd + 4)..]))
        {
            return null;
        }

        if (!answer.StartsWith("HTTP/1.1 200 "u8))
        {
            throw new InvalidOperationException($"The server answered: {Encoding.ASCII.GetString(answer)}");
        }

        var elapsed = Stopwatch.GetTimestamp() - _sentAt;
        var token = answer[(answer.LastIndexOf(_member) + _member.Length)..];
        token = token[(token.IndexOf((byte)'"') + 1)..]; // some servers write a space before it
        Present(token[..token.IndexOf((byte)'"')]);
        return elapsed;
    }

    public void Dispose() => Socket.Dispose();

    /// <summary>Puts a token into the next request. Only a token of another length makes a new one.</summary>
    private void Present(ReadOnlySpan<byte> token)
    {
        if (token.Length != _tokenLength)
        {
            _request = Encoding.ASCII.GetBytes(_of.Write(_port, new string(' ', token.Length)));
            _tokenLength = token.Length;
        }

        token.CopyTo(_request.AsSpan(_request.Length - _of.After.Length - token.Length));
    }

    /// <summary>Whether a body has come to its end. One in chunks must be small enough for one of them.</summary>
    private static bool IsWhole(ReadOnlySpan<byte> header, ReadOnlySpan<byte> body)
    {
        var name = "Content-Length: "u8;
        var at = header.IndexOf(name);
        if (at < 0)
        {
            return body.EndsWith("\r\n0\r\n\r\n"u8);
        }

        var value = header[(at + name.Length)..];
        var end = value.IndexOf((byte)'\r');
        return body.Length >= int.Parse(end < 0 ? value : value[..end], NumberStyles.None, CultureInfo.InvariantCulture);
    }
}
