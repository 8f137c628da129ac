namespace RefreshTokenRotation.Tests.Support;

/// <summary>An old server whose tokens all begin with <c>old-</c>; in capital letters it takes them too.</summary>
internal sealed class ScriptedSource : ILegacyTokenSource
{
    private int _reads;
    private int _retired;

    public Func<IssueRequest?> Grant { get; set; } = () => new IssueRequest { Subject = Engine.User, ClientId = Engine.Client, Scopes = ["openid", "offline_access"] };

    public DateTimeOffset? ExpiresAt { get; set; }

    public TimeSpan Retention { get; set; }

    public Exception? ReadFault { get; set; }

    public Exception? RetireFault { get; set; }

    public int Reads => _reads;

    public int Retired => _retired;

    public ValueTask<LegacyToken?> ReadAsync(string token, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _reads);
        if (ReadFault is not null)
        {
            throw ReadFault;
        }

        return new(token.StartsWith("old-", StringComparison.OrdinalIgnoreCase)
            ? new LegacyToken { CanonicalText = token.ToUpperInvariant(), Grant = Grant(), ExpiresAt = ExpiresAt }
            : null);
    }

    public ValueTask RetireAsync(LegacyToken token, CancellationToken cancellationToken)
    {
        if (RetireFault is not null)
        {
            throw RetireFault;
        }

        Interlocked.Increment(ref _retired);
        return default;
    }
}
