namespace RefreshTokenRotation.Testing.Conformance.Support;

/// <summary>Compares two policies; their lists are compared by what is in them.</summary>
internal static class PolicyComparison
{
    public static void Require(RotationPolicy? expected, RotationPolicy? actual, string after) => CaseRun.Require(
        Equal(expected, actual), $"{after}, the store holds {Describe(actual)}, not {Describe(expected)}");

    public static bool Equal(RotationPolicy? one, RotationPolicy? other) => Describe(one) == Describe(other);

    private static string Describe(RotationPolicy? policy) => policy is null
        ? "nothing"
        : $"{policy with { MultiResource = [] }} with [{string.Join("; ", policy.MultiResource.Select(entry => $"{entry.Resource}: {string.Join(' ', entry.Scopes)}"))}]";
}
