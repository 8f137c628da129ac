using System.Net;
using System.Net.Sockets;

namespace RefreshTokenRotation.Benchmarks.Edge;

/// <summary>Stands before the database, and lets each of its answers wait.</summary>
internal sealed class DelayingProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _end = new();
    private readonly int _server;
    private readonly Task _accepting;
    private long _delay;

    public DelayingProxy(int server)
    {
        _server = server;
        _listener.Start(1024);
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>How long each answer waits from now on.</summary>
    public TimeSpan Delay
    {
        get => new(Interlocked.Read(ref _delay));
        set => Interlocked.Exchange(ref _delay, value.Ticks);
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _listener.Dispose();
        await _accepting;
        _end.Dispose();
    }

    private async Task AcceptAsync()
    {
        var links = new List<Task>();
        try
        {
            while (true)
            {
                var client = await _listener.AcceptSocketAsync(_end.Token);
                links.Add(LinkAsync(client));
            }
        }
        catch (Exception stopped) when (stopped is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            await Task.WhenAll(links);
        }
    }

    private async Task LinkAsync(Socket client)
    {
        using var server = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        using (client)
        {
            try
            {
                client.NoDelay = true;
                await server.ConnectAsync(IPAddress.Loopback, _server, _end.Token);
                await await Task.WhenAny(PumpAsync(client, server, answers: false), PumpAsync(server, client, answers: true));
            }
            catch (Exception broken) when (broken is SocketException or ObjectDisposedException or OperationCanceledException)
            {
                // Either side has gone: so does the other.
            }
        }
    }

    private async Task PumpAsync(Socket from, Socket to, bool answers)
    {
        var buffer = new byte[64 * 1024];
        while (await from.ReceiveAsync(buffer, _end.Token) is var count and > 0)
        {
            if (answers && Delay > TimeSpan.Zero)
            {
                await Task.Delay(Delay, _end.Token);
            }

            await to.SendAsync(buffer.AsMemory(0, count), _end.Token);
        }
    }
}
