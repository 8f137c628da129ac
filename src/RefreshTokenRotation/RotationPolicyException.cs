namespace RefreshTokenRotation;

/// <summary>A policy is out of bounds. The message names each setting, its value and its bound; <see cref="Violations"/> holds them as data.</summary>
public sealed class RotationPolicyException : ArgumentException
{
    internal RotationPolicyException(IReadOnlyList<PolicyViolation> violations, string subject, string parameter)
        : base(string.Join(' ', violations.Select(violation => $"{subject}: {violation}.")), parameter) =>
        Violations = violations;

    /// <summary>Everything that is wrong; at least one.</summary>
    public IReadOnlyList<PolicyViolation> Violations { get; }
}
