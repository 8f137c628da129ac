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
    private readonly byte[] _request;
    private readonly int _tokenAt;
    private readonly int _tokenLength;
    private readonly byte[] _answer = new byte[16_384];
    private int _received;
    private long _sentAt;

    public Chain(int port, string firstToken)
    {
        var body = $"grant_type=refresh_token&client_id={LoadServer.ClientId}&refresh_token={firstToken}";
        _request = Encoding.ASCII.GetBytes(string.Create(
            CultureInfo.InvariantCulture,
            $"POST {LoadServer.Path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUser-Agent: Mozilla/5.0 (X11; Linux x86_64) Chrome/131.0.0.0\r\n"
            + $"Accept: application/json\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: {body.Length}\r\n\r\n{body}"));
        _tokenLength = firstToken.Length;
        _tokenAt = _request.Length - _tokenLength;
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
        if (headerEnd < 0 || _received < headerEnd + 4 + ContentLength(answer[..headerEnd]))
        {
            return null;
        }

        if (!answer.StartsWith("HTTP/1.1 200 "u8))
        {
            throw new InvalidOperationException($"The server answered: {Encoding.ASCII.GetString(answer)}");
        }

        var elapsed = Stopwatch.GetTimestamp() - _sentAt;
        var member = "\"refresh_token\":\""u8;
        var token = answer[(answer.LastIndexOf(member) + member.Length)..];
        token[.._tokenLength].CopyTo(_request.AsSpan(_tokenAt));
        return elapsed;
    }

    public void Dispose() => Socket.Dispose();

    private static int ContentLength(ReadOnlySpan<byte> header)
    {
        var name = "Content-Length: "u8;
        var value = header[(header.IndexOf(name) + name.Length)..];
        var end = value.IndexOf((byte)'\r');
        return int.Parse(end < 0 ? value : value[..end], NumberStyles.None, CultureInfo.InvariantCulture);
    }
}
