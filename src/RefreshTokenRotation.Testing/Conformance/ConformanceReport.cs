using System.Globalization;

namespace RefreshTokenRotation.Testing.Conformance;

/// <summary>The result of a run of the whole kit.</summary>
/// <param name="Passed">How many cases passed.</param>
/// <param name="Failed">How many failed, including exemptions that name no case.</param>
/// <param name="Exempted">How many the harness exempts.</param>
/// <param name="NotExercised">How many need a member that the harness does not override, so that nothing was checked.</param>
public sealed record ConformanceReport(int Passed, int Failed, int Exempted, int NotExercised)
{
    /// <summary>The four numbers.</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Passed} passed, {Failed} failed, {Exempted} exempted, {NotExercised} not exercised");
}
