using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace AuthorizationServer.Setup;

/// <summary>How much of a request the server reads, and how long it waits for one.</summary>
internal static class ServerLimits
{
    /// <summary>The limit of its first line: clients put their own state into <c>/authorize</c>, and some have a lot of it.</summary>
    public const int RequestLine = 16 * 1024;

    /// <summary>The limit of its body. The log-in form contains the request line, escaped once more.</summary>
    public const int Body = 64 * 1024;

    /// <summary>How many connections may be open. Further ones are closed at once. Each needs a file handle (<c>ulimit -n</c>).</summary>
    public const int Connections = 15_000;

    /// <summary>How long a connection may be idle.</summary>
    public static readonly TimeSpan KeepAlive = TimeSpan.FromMinutes(1);

    /// <summary>How long the head of a request may take. A body must arrive with 240 bytes per second after its first 5 seconds, which is Kestrel's default.</summary>
    public static readonly TimeSpan Headers = TimeSpan.FromSeconds(10);

    public static void Apply(KestrelServerLimits limits)
    {
        limits.MaxRequestBodySize = Body;
        limits.MaxRequestLineSize = RequestLine;
        limits.MaxConcurrentConnections = Connections;
        limits.KeepAliveTimeout = KeepAlive;
        limits.RequestHeadersTimeout = Headers;
    }
}
