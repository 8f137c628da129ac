namespace RefreshTokenRotation.Rotation;

/// <summary>Runs the host's hooks before a success.</summary>
internal sealed class ExchangeHooks(HostParts<IExchangeHook> hooks)
{
    public bool IsEmpty => hooks.IsEmpty;

    public ValueTask<Verdict> RunAsync(ExchangeRequest request, TokenFamily family, ExchangeOutcome outcome, CancellationToken cancellationToken) =>
        hooks.UseAsync(
            request.Services,
            (context: new ExchangeHookContext(new TokenFamilyInfo(family), outcome, request), cancellationToken),
            static (hooks, call) => RunAsync(hooks, call.context, call.cancellationToken));

    private static async ValueTask<Verdict> RunAsync(IExchangeHook[] hooks, ExchangeHookContext context, CancellationToken cancellationToken)
    {
        foreach (var hook in hooks)
        {
            await hook.OnExchangeAsync(context, cancellationToken).ConfigureAwait(false);
            if (context.IsRefused)
            {
                break;
            }
        }

        return context.IsRefused
            ? new Verdict(new HookRefusal(context.RefusalDescription, context.Refusal, context.Revocation), default, null)
            : new Verdict(null, new Lifetimes(context.AbsoluteBound, context.IdleBound), context.NewMetadata);
    }

    /// <summary>What the hooks decided together.</summary>
    /// <param name="Refusal">How a hook refused; null if none did.</param>
    /// <param name="ShortenTo">The earliest expiries that hooks asked for; null where none did.</param>
    /// <param name="Metadata">The metadata that hooks set; null where none did.</param>
    internal readonly record struct Verdict(HookRefusal? Refusal, Lifetimes ShortenTo, IReadOnlyDictionary<string, string>? Metadata);
}

/// <summary>How a hook refused.</summary>
/// <param name="Description">Its words.</param>
/// <param name="Refusal">The error that the client gets; null for that of any refused token.</param>
/// <param name="Revocation">Why the family ends; null if it lives on.</param>
internal sealed record HookRefusal(string? Description, ExchangeRefusal? Refusal, RevocationReason? Revocation);

/// <summary>A revocation that a hook asked for.</summary>
/// <param name="Refusal">How it refused.</param>
/// <param name="Row">The row that was to be written.</param>
/// <param name="Standing">What the token was.</param>
internal sealed record HookRevocation(HookRefusal Refusal, TokenFamily Row, TokenStanding Standing)
{
    /// <summary>Whether a row is the one that was to be written: a driver may have repeated it, or lost the answer.</summary>
    public bool Wrote(TokenFamily? family) => family?.RevokedAt == Row.RevokedAt && family?.RevocationReason == Row.RevocationReason;
}
