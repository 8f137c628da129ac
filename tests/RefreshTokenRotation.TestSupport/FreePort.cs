using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace RefreshTokenRotation.Tests.Support;

/// <summary>Loopback ports for servers that a test starts, stops and starts again.</summary>
internal static class FreePort
{
    /// <summary>A cluster node of Redis also listens this far above its port.</summary>
    private const int BusOffset = 10_000;

    /// <summary>
    /// Below the ports that systems give to outgoing connections (from 32,768 on Linux): none of these takes the port while its server is down.
    /// Above 10,080, which browsers refuse.
    /// </summary>
    private const int First = 10_100;

    private const int End = 20_000;

    private static readonly List<FileStream> Held = [];

    /// <summary>Takes a port that nobody listens on. No other call is given it before this process ends, in other processes either.</summary>
    public static int Take()
    {
        var folder = Directory.CreateDirectory(Path.Combine(Path.GetTempPath(), "RefreshTokenRotation-ports-" + Environment.UserName)).FullName;
        while (true)
        {
            var port = Random.Shared.Next(First, End);
            FileStream held;
            try
            {
                held = new FileStream(Path.Combine(folder, port.ToString(CultureInfo.InvariantCulture)), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException)
            {
                // Another call has it.
                continue;
            }

            if (IsFree(port) && IsFree(port + BusOffset))
            {
                lock (Held)
                {
                    Held.Add(held);
                }

                return port;
            }

            held.Dispose();
        }
    }

    private static bool IsFree(int port)
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Loopback, port);
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
