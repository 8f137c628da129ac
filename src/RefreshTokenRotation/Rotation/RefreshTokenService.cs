using System.Diagnostics;

namespace RefreshTokenRotation.Rotation;

/// <summary>The four calls of a host, each in a file of its own. Here they get spans and durations, if somebody listens.</summary>
internal sealed class RefreshTokenService(
    TokenIssuance issuance, TokenExchange exchange, TokenRevocation revocation, RotationMetrics metrics, TimeProvider time) : IRefreshTokenService
{
    private static readonly ActivitySource Source = new(RotationTelemetry.ActivitySourceName);

    public ValueTask<IssueResult> IssueAsync(IssueRequest request, CancellationToken cancellationToken = default) =>
        Source.HasListeners()
            ? TraceAsync("refresh_token.issue", issuance.IssueAsync, request, static _ => "issued", cancellationToken)
            : issuance.IssueAsync(request, cancellationToken);

    public ValueTask<ExchangeResult> ExchangeAsync(ExchangeRequest request, CancellationToken cancellationToken = default) =>
        Source.HasListeners() || metrics.MeasuresExchanges
            ? MeasureExchangeAsync(request, cancellationToken)
            : exchange.ExchangeAsync(request, cancellationToken);

    public ValueTask<RevokeResult> RevokeAsync(RevokeRequest request, CancellationToken cancellationToken = default) =>
        Source.HasListeners()
            ? TraceAsync("refresh_token.revoke", revocation.RevokeAsync, request, Code, cancellationToken)
            : revocation.RevokeAsync(request, cancellationToken);

    public ValueTask<IntrospectResult> IntrospectAsync(IntrospectRequest request, CancellationToken cancellationToken = default) =>
        Source.HasListeners()
            ? TraceAsync("refresh_token.introspect", revocation.IntrospectAsync, request, Code, cancellationToken)
            : revocation.IntrospectAsync(request, cancellationToken);

    private async ValueTask<ExchangeResult> MeasureExchangeAsync(ExchangeRequest request, CancellationToken cancellationToken)
    {
        var start = time.GetTimestamp();
        var result = "error";
        try
        {
            var answer = await TraceAsync("refresh_token.exchange", exchange.ExchangeAsync, request, Code, cancellationToken).ConfigureAwait(false);
            result = Code(answer);
            return answer;
        }
        catch (RefreshTokenUnavailableException)
        {
            result = "unavailable";
            throw;
        }
        catch (OperationCanceledException)
        {
            result = "cancelled";
            throw;
        }
        finally
        {
            metrics.ExchangeTook(time.GetElapsedTime(start), result);
        }
    }

    private static async ValueTask<TResult> TraceAsync<TRequest, TResult>(
        string name,
        Func<TRequest, CancellationToken, ValueTask<TResult>> call,
        TRequest request,
        Func<TResult, string> describe,
        CancellationToken cancellationToken)
    {
        var outer = Activity.Current;
        var activity = Start(name, outer);
        try
        {
            var result = await call(request, cancellationToken).ConfigureAwait(false);
            activity?.SetTag("refresh_token_rotation.result", describe(result));
            return result;
        }
        catch (Exception fault)
        {
            // The type alone: the words of a foreign exception may hold anything.
            activity?.SetStatus(ActivityStatusCode.Error, fault.GetType().Name);
            throw;
        }
        finally
        {
            Stop(activity, outer);
        }
    }

    /// <summary>A listener that throws costs the span and nothing else.</summary>
    private static Activity? Start(string name, Activity? outer)
    {
        try
        {
            return Source.StartActivity(name);
        }
        catch (Exception)
        {
            Activity.Current = outer;
            return null;
        }
    }

    /// <summary>A listener that throws must not undo an answer whose row is written: its failures end here.</summary>
    private static void Stop(Activity? activity, Activity? outer)
    {
        try
        {
            activity?.Dispose();
        }
        catch (Exception)
        {
            Activity.Current = outer;
        }
    }

    private static string Code(ExchangeResult result) => result switch
    {
        ExchangeResult.Succeeded succeeded => succeeded.Outcome.ToCode(),
        ExchangeResult.Rejected rejected => rejected.Reason.ToCode(),
        _ => throw new InvalidOperationException("The result is neither a success nor a rejection."),
    };

    private static string Code(RevokeResult result) => result switch
    {
        RevokeResult.Revoked => "revoked",
        RevokeResult.ClientMismatch => "client_mismatch",
        _ => "nothing_to_revoke",
    };

    private static string Code(IntrospectResult result) => result is IntrospectResult.Active ? "active" : "inactive";
}
