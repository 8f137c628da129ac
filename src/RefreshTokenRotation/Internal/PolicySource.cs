using Microsoft.Extensions.Logging;

namespace RefreshTokenRotation.Internal;

/// <summary>Asks the resolver, and rejects a policy out of bounds: a host's own resolver may return anything.</summary>
internal sealed class PolicySource(IRotationPolicyResolver resolver, CurrentOptions options, Func<ITokenStore> store, ILogger<PolicySource> logger)
{
    /// <summary>The policy that was found valid last. Most hosts have few.</summary>
    private volatile Valid? _valid;

    public ValueTask<RotationPolicy> ResolveAsync(TokenFamily family, CancellationToken cancellationToken) =>
        ResolveAsync(new RotationPolicyContext(family.Grant.ClientId, family.Grant.TenantId, family.Grant.Resources), cancellationToken);

    public async ValueTask<RotationPolicy> ResolveAsync(RotationPolicyContext context, CancellationToken cancellationToken)
    {
        RotationPolicy? policy;
        try
        {
            policy = await resolver.ResolveAsync(context, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception fault)
        {
            throw Unavailable.PolicyOrCancelled(fault, cancellationToken);
        }

        if (policy is null)
        {
            throw Invalid($"{resolver.GetType().Name} returned no policy for the client '{context.ClientId}'.");
        }

        var current = options.Value;
        if (_valid is { } valid && ReferenceEquals(valid.Policy, policy) && ReferenceEquals(valid.Options, current))
        {
            return policy;
        }

        if (!PolicyValidator.IsValid(policy, current, store))
        {
            throw Invalid(string.Join(' ', PolicyValidator.Failures(policy, current, store, $"The policy of the client '{context.ClientId}'")));
        }

        _valid = new Valid(policy, current);
        return policy;
    }

    /// <summary>The host's mistake, and no fault of the client's: it keeps its token and retries.</summary>
    private RefreshTokenUnavailableException Invalid(string failures)
    {
        logger.PolicyInvalid(failures);
        return new RefreshTokenUnavailableException(failures);
    }

    private sealed record Valid(RotationPolicy Policy, RefreshTokenRotationOptions Options);
}
