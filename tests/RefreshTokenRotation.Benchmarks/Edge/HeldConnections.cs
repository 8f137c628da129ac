using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace RefreshTokenRotation.Benchmarks.Edge;

/// <summary>Connections that only hold the server's attention: a byte a second, or nothing at all. Slow ones come back whenever the server ends them.</summary>
internal static class HeldConnections
{
    private const string Head = "POST /oauth/token HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 200\r\n\r\n";

    /// <summary>Half of them are slow in the head of the request, and half in its body.</summary>
    /// <returns>How often the server ended one: with 408, or without an answer.</returns>
    public static async Task<(int TimedOut, int Closed)> SendSlowlyAsync(int port, int count, TimeSpan duration)
    {
        using var end = new CancellationTokenSource(duration);
        var (timedOut, closed) = (0, 0);
        await Task.WhenAll(Enumerable.Range(0, count).Select(async i =>
        {
            while (!end.IsCancellationRequested)
            {
                try
                {
                    if (await SendSlowlyAsync(port, inBody: i % 2 == 0, end.Token))
                    {
                        Interlocked.Increment(ref timedOut);
                    }
                    else
                    {
                        Interlocked.Increment(ref closed);
                    }
                }
                catch (SocketException)
                {
                    Interlocked.Increment(ref closed);
                }
                catch (OperationCanceledException)
                {
                    return;
                }
            }
        }));
        return (timedOut, closed);
    }

    /// <summary>Opens connections that send nothing, as many as the system allows.</summary>
    public static async Task<List<Socket>> OpenAsync(int port, int count)
    {
        var open = new List<Socket>(count);
        try
        {
            while (open.Count < count)
            {
                var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                await socket.ConnectAsync(IPAddress.Loopback, port);
                open.Add(socket);
            }
        }
        catch (SocketException full)
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  no more than {open.Count} connections: {full.SocketErrorCode}"));
        }

        return open;
    }

    /// <summary>How many the server has not closed.</summary>
    public static int CountOpen(List<Socket> sockets) => sockets.Count(static socket => !socket.Poll(0, SelectMode.SelectRead));

    private static async Task<bool> SendSlowlyAsync(int port, bool inBody, CancellationToken end)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(IPAddress.Loopback, port, end);
        if (inBody)
        {
            await socket.SendAsync(Encoding.ASCII.GetBytes(Head), end);
        }

        var answer = new byte[4096];
        var receiving = socket.ReceiveAsync(answer, end).AsTask();
        for (var sent = 0; !receiving.IsCompleted; sent++)
        {
            await socket.SendAsync(inBody ? "a"u8.ToArray() : Encoding.ASCII.GetBytes(Head, sent % Head.Length, 1), end);
            await Task.WhenAny(receiving, Task.Delay(TimeSpan.FromSeconds(1), end));
        }

        return answer.AsSpan(0, await receiving).StartsWith("HTTP/1.1 408"u8);
    }
}
