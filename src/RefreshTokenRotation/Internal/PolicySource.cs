using RefreshTokenRotation.Storage;

namespace RefreshTokenRotation.Internal;

/// <summary>Asks the resolver, and refuses a policy out of bounds: a host's own resolver may answer anything.</summary>
internal sealed class PolicySource(IRotationPolicyResolver resolver, CurrentOptions options)
{
    public ValueTask<RotationPolicy> ResolveAsync(TokenFamily family, CancellationToken cancellationToken) =>
        ResolveAsync(new RotationPolicyContext(family.Grant.TenantId, family.Grant.ClientId, family.Grant.Resources), cancellationToken);

    public async ValueTask<RotationPolicy> ResolveAsync(RotationPolicyContext context, CancellationToken cancellationToken)
    {
        RotationPolicy? policy;
        try
        {
            policy = await resolver.ResolveAsync(context, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception fault) when (!cancellationToken.IsCancellationRequested)
        {
            throw Unavailable.Policy(fault);
        }

        if (policy is null)
        {
            throw new InvalidOperationException($"{resolver.GetType().Name} returned no policy for the client '{context.ClientId}'.");
        }

        return PolicyRules.IsValid(policy, options.Value)
            ? policy
            : throw new InvalidOperationException(string.Join(
                ' ', PolicyRules.Failures(policy, options.Value, $"The policy of the client '{context.ClientId}'")));
    }
}
