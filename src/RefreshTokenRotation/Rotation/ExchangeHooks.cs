using RefreshTokenRotation.Storage;

namespace RefreshTokenRotation.Rotation;

/// <summary>Runs the host's hooks before a success.</summary>
internal sealed class ExchangeHooks(IEnumerable<IExchangeHook> hooks)
{
    private readonly IExchangeHook[] _hooks = [.. hooks];

    public bool IsEmpty => _hooks.Length == 0;

    public async ValueTask<Verdict> RunAsync(
        ExchangeRequest request, TokenFamily family, ExchangeOutcome outcome, CancellationToken cancellationToken)
    {
        var context = new ExchangeHookContext(new TokenFamilyInfo(family), outcome, request);
        foreach (var hook in _hooks)
        {
            await hook.OnExchangeAsync(context, cancellationToken).ConfigureAwait(false);
            if (context.IsRefused)
            {
                break;
            }
        }

        return new Verdict(context.IsRefused, context.Refusal, new Lifetimes(context.AbsoluteBound, context.IdleBound));
    }

    /// <summary>What the hooks decided together.</summary>
    /// <param name="IsRefused">A hook refused.</param>
    /// <param name="Refusal">Its words.</param>
    /// <param name="ShortenTo">The earliest expiries that hooks asked for; null where none did.</param>
    internal readonly record struct Verdict(bool IsRefused, string? Refusal, Lifetimes ShortenTo);
}
