namespace RefreshTokenRotation.Tests.Support;

/// <summary>An old server whose tokens all begin with <c>old-</c>; in capital letters it takes them too.</summary>
internal sealed class ScriptedSource : ILegacyTokenSource
{
    private int _reads;
    private int _retired;

    public Func<IssueRequest?> Grant { get; set; } = () => new IssueRequest { Subject = Engine.User, ClientId = Engine.Client, Scopes = ["openid", "offline_access"] };

    public DateTimeOffset? ExpiresAt { get; set; }

    public DateTimeOffset? ValidUntil { get; set; }

    public TimeSpan Retention { get; set; }

    /// <summary>Runs when a token is to be retired: whether adoption ended it.</summary>
    public Func<bool> OnRetire { get; set; } = static () => true;

    public Exception? ReadFault { get; set; }

    public Exception? RetireFault { get; set; }

    /// <summary>The old server has forgotten its tokens.</summary>
    public bool IsEmpty { get; set; }

    public int Reads => _reads;

    public int Retired => _retired;

    public ValueTask<LegacyToken?> ReadAsync(string token, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _reads);
        if (ReadFault is not null)
        {
            throw ReadFault;
        }

        return new(!IsEmpty && token.StartsWith("old-", StringComparison.OrdinalIgnoreCase)
            ? new LegacyToken { CanonicalText = token.ToUpperInvariant(), Grant = Grant(), ExpiresAt = ExpiresAt, ValidUntil = ValidUntil }
            : null);
    }

    public ValueTask<bool> RetireAsync(LegacyToken token, CancellationToken cancellationToken)
    {
        if (RetireFault is not null)
        {
            throw RetireFault;
        }

        Interlocked.Increment(ref _retired);
        return new(OnRetire());
    }
}
