using System.Net;
using System.Net.Sockets;

namespace RefreshTokenRotation.PostgreSql.Tests.Support;

/// <summary>Stands between a node and the server, and cuts the connection where a test says so.</summary>
internal sealed class CuttingProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private volatile IPEndPoint _server;
    private readonly Task _accepting;
    private readonly CancellationTokenSource _end = new();
    private readonly Lock _lock = new();
    private readonly List<Socket> _clients = [];
    private Cut? _cut;
    private long _delay;
    private int _requests;
    private long _bytes;

    public CuttingProxy(string host, int port)
    {
        _server = new IPEndPoint(IPAddress.Parse(host), port);
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Whether new connections are closed at once.</summary>
    public volatile bool Refuses;

    /// <summary>How many cuts were made.</summary>
    public int Cuts { get; private set; }

    /// <summary>How long each message to the server waits before it is sent on.</summary>
    public TimeSpan Delay
    {
        get => new(Volatile.Read(ref _delay));
        set => Volatile.Write(ref _delay, value.Ticks);
    }

    /// <summary>Cuts every connection that is open.</summary>
    public void CutAll()
    {
        lock (_lock)
        {
            _clients.ForEach(static client => client.Close());
            _clients.Clear();
        }
    }

    /// <summary>Leads new connections to another server. Those that are open stay where they are.</summary>
    public void LeadTo(int port) => _server = new IPEndPoint(IPAddress.Loopback, port);

    /// <summary>Cuts at the request of this number, counted from now; one request is one round trip.</summary>
    public void CutAtRequest(int number, Cut cut) => Arm(cut, number, long.MaxValue);

    /// <summary>Cuts when so many bytes have gone to the server, counted from now.</summary>
    public void CutAtByte(long count) => Arm(Cut.InTheMiddle, int.MaxValue, count);

    public async ValueTask DisposeAsync()
    {
        _listener.Dispose();
        await _end.CancelAsync();
        await _accepting;
        _end.Dispose();
    }

    private void Arm(Cut cut, int requests, long bytes)
    {
        lock (_lock)
        {
            (_cut, _requests, _bytes) = (cut, requests, bytes);
        }
    }

    private async Task AcceptAsync()
    {
        var links = new List<Task>();
        try
        {
            while (true)
            {
                var client = await _listener.AcceptSocketAsync();
                links.Add(Refuses ? Task.Run(client.Close) : Task.Run(() => LinkAsync(client)));
            }
        }
        catch (Exception stopped) when (stopped is SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(links);
        }
    }

    private async Task LinkAsync(Socket client)
    {
        using var server = new Socket(SocketType.Stream, ProtocolType.Tcp);
        using (client)
        {
            try
            {
                lock (_lock)
                {
                    _clients.Add(client);
                }

                client.NoDelay = server.NoDelay = true;
                client.LingerState = server.LingerState = new LingerOption(true, 0);
                await server.ConnectAsync(_server);
                var withheld = new Withheld();
                await await Task.WhenAny(ForwardAsync(client, server, withheld), AnswerAsync(server, client, withheld));
            }
            catch (Exception broken) when (broken is SocketException or ObjectDisposedException or OperationCanceledException)
            {
                // Either side has gone: so does the other.
            }
            finally
            {
                lock (_lock)
                {
                    _clients.Remove(client);
                }
            }
        }
    }

    private async Task ForwardAsync(Socket client, Socket server, Withheld withheld)
    {
        var buffer = new byte[64 * 1024];
        while (await client.ReceiveAsync(buffer, _end.Token) is var count and > 0)
        {
            if (Delay is var delay && delay > TimeSpan.Zero)
            {
                await Task.Delay(delay, TimeProvider.System, _end.Token);
            }

            var (cut, forwarded) = Decide(count);

            // An answer that got through would be no lost one.
            withheld.IsOn = cut is not null;
            await server.SendAsync(buffer.AsMemory(0, forwarded));
            if (cut == Cut.AfterTheAnswer)
            {
                await withheld.Answered.Task.WaitAsync(_end.Token);
            }

            if (cut is not null)
            {
                return;
            }
        }
    }

    private async Task AnswerAsync(Socket server, Socket client, Withheld withheld)
    {
        var buffer = new byte[64 * 1024];
        while (await server.ReceiveAsync(buffer, _end.Token) is var count and > 0)
        {
            if (withheld.IsOn)
            {
                withheld.Answered.SetResult();
                return;
            }

            await client.SendAsync(buffer.AsMemory(0, count));
        }
    }

    private (Cut? Cut, int Forwarded) Decide(int count)
    {
        lock (_lock)
        {
            _requests--;
            _bytes -= count;
            if (_cut is not { } cut || (_requests > 0 && _bytes > 0))
            {
                return (null, count);
            }

            _cut = null;
            Cuts++;
            return (cut, cut switch
            {
                Cut.BeforeTheRequest => 0,
                Cut.InTheMiddle => _bytes <= 0 ? (int)(count + _bytes) : count / 2,
                _ => count,
            });
        }
    }

    /// <summary>Keeps the answer to the last request from the client.</summary>
    private sealed class Withheld
    {
        public volatile bool IsOn;

        public TaskCompletionSource Answered { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
