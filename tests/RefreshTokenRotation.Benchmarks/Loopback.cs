using System.Net;
using System.Net.Sockets;

namespace RefreshTokenRotation.Benchmarks;

/// <summary>Sends a byte through the loopback and back: the least that a store in another process costs.</summary>
internal sealed class Loopback : IDisposable
{
    private readonly Socket _client = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly Socket _server;
    private readonly byte[] _buffer = new byte[1];

    public Loopback()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        _client.Connect(listener.LocalEndpoint);
        _server = listener.AcceptSocket();
        _server.NoDelay = true;
        new Thread(Echo) { IsBackground = true }.Start();
    }

    public void RoundTrip()
    {
        _client.Send(_buffer);
        _client.Receive(_buffer);
    }

    public void Dispose()
    {
        _client.Dispose();
        _server.Dispose();
    }

    private void Echo()
    {
        var buffer = new byte[1];
        try
        {
            while (_server.Receive(buffer) > 0)
            {
                _server.Send(buffer);
            }
        }
        catch (Exception fault) when (fault is SocketException or ObjectDisposedException)
        {
            // The run is over.
        }
    }
}
