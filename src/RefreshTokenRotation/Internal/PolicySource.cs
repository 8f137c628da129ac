using RefreshTokenRotation.Storage;

namespace RefreshTokenRotation.Internal;

/// <summary>Asks the resolver, and refuses a policy out of bounds: a host's own resolver may answer anything.</summary>
internal sealed class PolicySource(IRotationPolicyResolver resolver, CurrentOptions options)
{
    /// <summary>The policy that was found valid last. Most hosts have few.</summary>
    private volatile Valid? _valid;

    public ValueTask<RotationPolicy> ResolveAsync(TokenFamily family, CancellationToken cancellationToken) =>
        ResolveAsync(new RotationPolicyContext(family.Grant.TenantId, family.Grant.ClientId, family.Grant.Resources), cancellationToken);

    public async ValueTask<RotationPolicy> ResolveAsync(RotationPolicyContext context, CancellationToken cancellationToken)
    {
        RotationPolicy? policy;
        try
        {
            policy = await resolver.ResolveAsync(context, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception fault) when (fault is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            throw Unavailable.Policy(fault);
        }

        if (policy is null)
        {
            throw new InvalidOperationException($"{resolver.GetType().Name} returned no policy for the client '{context.ClientId}'.");
        }

        var current = options.Value;
        if (_valid is { } valid && ReferenceEquals(valid.Policy, policy) && ReferenceEquals(valid.Options, current))
        {
            return policy;
        }

        if (!PolicyRules.IsValid(policy, current))
        {
            throw new InvalidOperationException(string.Join(
                ' ', PolicyRules.Failures(policy, current, $"The policy of the client '{context.ClientId}'")));
        }

        _valid = new Valid(policy, current);
        return policy;
    }

    private sealed record Valid(RotationPolicy Policy, RefreshTokenRotationOptions Options);
}
