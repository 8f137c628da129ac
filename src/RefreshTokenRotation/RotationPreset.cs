namespace RefreshTokenRotation;

/// <summary>What <see cref="IRotationAdvisor"/> may advise, the strictest first.</summary>
public enum RotationPreset
{
    /// <summary><see cref="RotationPolicy.Strict"/>.</summary>
    Strict,

    /// <summary><see cref="RotationPolicy.Spa"/>.</summary>
    Spa,

    /// <summary><see cref="RotationPolicy.Mobile"/>.</summary>
    Mobile,

    /// <summary><see cref="RotationPolicy.Agents"/>.</summary>
    Agents,

    /// <summary>No rotation, and a low cap: <see cref="RotationType.NonRotating"/>.</summary>
    NonRotating,
}
