namespace AuthorizationServer.Flows.AuthorizationCode;

/// <summary>The result of reading a request at <c>/authorize</c>.</summary>
internal abstract record AuthorizeReading
{
    private AuthorizeReading()
    {
    }

    public sealed record Valid(AuthorizeRequest Request) : AuthorizeReading;

    /// <summary>The client is known and the address is its own, so the error goes there.</summary>
    public sealed record Refused(AuthorizeAnswer Answer, string Error, string Description) : AuthorizeReading;

    /// <summary>The address may be anybody's, so the error is shown here and the browser stays (RFC 6749 section 4.1.2.1).</summary>
    public sealed record Untrusted(string Message) : AuthorizeReading;
}
