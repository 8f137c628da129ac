using System.Globalization;
using System.Net.Sockets;
using System.Text;
using RefreshTokenRotation.Tests.Support;

namespace AuthorizationServer.Tests.Generated;

/// <summary>Sends requests byte for byte, as no client library would, and reads the status of each answer.</summary>
internal sealed class RawConnection(Uri server) : IDisposable
{
    private TcpClient? _client;
    private BufferedStream? _stream;

    /// <summary>The status; 0 where the server hung up without an answer.</summary>
    public async Task<int> SendAsync(byte[] request, bool isHead)
    {
        using var limit = new CancellationTokenSource(Eventually.Patience);
        var isFresh = _client is null;
        try
        {
            if (isFresh)
            {
                _client = new TcpClient { NoDelay = true };
                await _client.ConnectAsync(server.Host, server.Port, limit.Token);
                _stream = new BufferedStream(_client.GetStream());
            }

            await _client!.GetStream().WriteAsync(request, limit.Token);
            return await ReadAsync(isHead, limit.Token);
        }
        catch (IOException) when (!limit.IsCancellationRequested)
        {
            // The server had closed the connection after the answer before, or closes it at the sight of this request.
            Dispose();
            return isFresh ? 0 : await SendAsync(request, isHead);
        }
    }

    public void Dispose()
    {
        _stream?.Dispose();
        _client?.Dispose();
        (_client, _stream) = (null, null);
    }

    private async Task<int> ReadAsync(bool isHead, CancellationToken cancellationToken)
    {
        while (true)
        {
            var status = int.Parse((await ReadLineAsync(cancellationToken)).Split(' ')[1], CultureInfo.InvariantCulture);
            var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
            while (await ReadLineAsync(cancellationToken) is { Length: > 0 } line)
            {
                headers[line[..line.IndexOf(':', StringComparison.Ordinal)]] = line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim();
            }

            if (status < 200)
            {
                continue; // 100 Continue
            }

            if (headers.GetValueOrDefault("Content-Type") == "text/event-stream" || headers.GetValueOrDefault("Connection") == "close")
            {
                Dispose(); // a stream does not end by itself
            }
            else if (!isHead && status is not (204 or 304))
            {
                await SkipBodyAsync(headers, cancellationToken);
            }

            return status;
        }
    }

    private async Task SkipBodyAsync(Dictionary<string, string> headers, CancellationToken cancellationToken)
    {
        if (headers.TryGetValue("Content-Length", out var length))
        {
            await SkipAsync(int.Parse(length, CultureInfo.InvariantCulture), cancellationToken);
        }
        else if (headers.GetValueOrDefault("Transfer-Encoding") == "chunked")
        {
            int size;
            do
            {
                size = int.Parse(await ReadLineAsync(cancellationToken), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
                await SkipAsync(size + 2, cancellationToken);
            }
            while (size > 0);
        }
    }

    private async Task SkipAsync(int count, CancellationToken cancellationToken)
    {
        var buffer = new byte[4096];
        for (var left = count; left > 0;)
        {
            var read = await _stream!.ReadAsync(buffer.AsMemory(0, Math.Min(left, buffer.Length)), cancellationToken);
            left -= read > 0 ? read : throw new IOException("The server hung up.");
        }
    }

    private async Task<string> ReadLineAsync(CancellationToken cancellationToken)
    {
        var line = new StringBuilder();
        var buffer = new byte[1];
        while (await _stream!.ReadAsync(buffer, cancellationToken) == 1)
        {
            if (buffer[0] == '\n')
            {
                return line.ToString().TrimEnd('\r');
            }

            line.Append((char)buffer[0]);
        }

        throw new IOException("The server hung up.");
    }
}
