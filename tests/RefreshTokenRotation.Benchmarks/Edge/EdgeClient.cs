using System.Buffers.Binary;
using System.Buffers.Text;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace RefreshTokenRotation.Benchmarks.Edge;

/// <summary>One user's client: it keeps its connection and its newest token, and checks that each answer continues its own chain.</summary>
internal sealed class EdgeClient : IDisposable
{
    private const int SelectorAt = 37;
    private const int SelectorLength = 16;

    private readonly int _port;
    private readonly byte[] _request;
    private readonly int _tokenAt;
    private readonly byte[] _answer = new byte[16 * 1024];
    private Socket? _socket;

    public EdgeClient(int port, string preset, string clientId, string token)
    {
        (_port, Preset, Token) = (port, preset, token);
        var body = $"grant_type=refresh_token&client_id={clientId}&refresh_token={token}";
        _request = Encoding.ASCII.GetBytes(string.Create(
            CultureInfo.InvariantCulture,
            $"POST /oauth/token HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUser-Agent: edge\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: {body.Length}\r\n\r\n{body}"));
        _tokenAt = _request.Length - token.Length;
    }

    public string Preset { get; }

    public string Token { get; private set; }

    /// <summary>Whether the server has refused its token: the user would have to log in again.</summary>
    public bool IsLoggedOut { get; private set; }

    public async Task<EdgeOutcome> RefreshAsync()
    {
        try
        {
            if (_socket is null || (_socket.Poll(0, SelectMode.SelectRead) && _socket.Available == 0))
            {
                _socket?.Dispose(); // closed while it was idle
                _socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                await _socket.ConnectAsync(IPAddress.Loopback, _port);
            }

            await _socket.SendAsync(_request);
            var received = 0;
            int count;
            while (!IsWhole(_answer.AsSpan(0, received)))
            {
                if ((count = await _socket.ReceiveAsync(_answer.AsMemory(received))) == 0)
                {
                    return Lose();
                }

                received += count;
            }

            return Judge(_answer.AsSpan(0, received));
        }
        catch (SocketException)
        {
            return Lose();
        }
    }

    public void Dispose() => _socket?.Dispose();

    private EdgeOutcome Lose()
    {
        _socket?.Dispose();
        _socket = null;
        return EdgeOutcome.Lost;
    }

    private EdgeOutcome Judge(ReadOnlySpan<byte> answer)
    {
        switch (int.Parse(answer.Slice("HTTP/1.1 ".Length, 3), NumberStyles.None, CultureInfo.InvariantCulture))
        {
            case 200:
                var member = "\"refresh_token\":\""u8;
                var at = answer.LastIndexOf(member);
                var token = at < 0 ? string.Empty : Encoding.ASCII.GetString(answer.Slice(at + member.Length, Token.Length));
                if (!Continues(token))
                {
                    return EdgeOutcome.Wrong;
                }

                Token = token;
                Encoding.ASCII.GetBytes(token, _request.AsSpan(_tokenAt));
                return EdgeOutcome.Answered;
            case 503 or 429:
                return answer.IndexOf("\r\nRetry-After: "u8) > 0 ? EdgeOutcome.Rejected : EdgeOutcome.Wrong;
            case 400:
                IsLoggedOut = answer.IndexOf("\"invalid_grant\""u8) > 0;
                return IsLoggedOut ? EdgeOutcome.LoggedOut : EdgeOutcome.Wrong;
            default:
                return EdgeOutcome.Wrong;
        }
    }

    /// <summary>The same family, and the next generation.</summary>
    private bool Continues(string next)
    {
        Span<byte> before = stackalloc byte[57];
        Span<byte> after = stackalloc byte[57];
        return Decode(Token, before) && Decode(next, after)
            && before.Slice(SelectorAt, SelectorLength).SequenceEqual(after.Slice(SelectorAt, SelectorLength))
            && BinaryPrimitives.ReadUInt32BigEndian(after[1..]) == BinaryPrimitives.ReadUInt32BigEndian(before[1..]) + 1;
    }

    private static bool Decode(string token, Span<byte> bytes) =>
        token.StartsWith("rtr_", StringComparison.Ordinal) && Base64Url.TryDecodeFromChars(token.AsSpan(4), bytes, out var length) && length == bytes.Length;

    private static bool IsWhole(ReadOnlySpan<byte> answer)
    {
        var headerEnd = answer.IndexOf("\r\n\r\n"u8);
        if (headerEnd < 0)
        {
            return false;
        }

        var name = "\r\nContent-Length: "u8;
        var at = answer[..headerEnd].IndexOf(name);
        if (at < 0)
        {
            return answer.EndsWith("\r\n0\r\n\r\n"u8); // in chunks
        }

        var value = answer[(at + name.Length)..(headerEnd + 2)];
        return answer.Length >= headerEnd + 4 + int.Parse(value[..value.IndexOf((byte)'\r')], NumberStyles.None, CultureInfo.InvariantCulture);
    }
}

internal enum EdgeOutcome
{
    /// <summary>200 with the next token of the chain.</summary>
    Answered,

    /// <summary>503 or 429, with Retry-After.</summary>
    Rejected,

    /// <summary>The token was refused.</summary>
    LoggedOut,

    /// <summary>Anything else: another status, or a token that does not continue the chain.</summary>
    Wrong,

    /// <summary>The connection ended without an answer.</summary>
    Lost,
}
