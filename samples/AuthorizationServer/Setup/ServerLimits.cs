namespace AuthorizationServer.Setup;

/// <summary>How much of a request the server reads.</summary>
internal static class ServerLimits
{
    /// <summary>The limit of its first line: clients put their own state into <c>/authorize</c>, and some have a lot of it.</summary>
    public const int RequestLine = 16 * 1024;

    /// <summary>The limit of its body. The log-in form contains the request line, escaped once more.</summary>
    public const int Body = 64 * 1024;
}
