using System.Globalization;

namespace RefreshTokenRotation.Testing.Conformance;

/// <summary>What came out of a run of the whole kit.</summary>
/// <param name="Passed">How many cases passed.</param>
/// <param name="Failed">How many failed, exemptions that name no case among them.</param>
/// <param name="Exempted">How many the harness exempts.</param>
public sealed record ConformanceReport(int Passed, int Failed, int Exempted)
{
    /// <summary>The three numbers.</summary>
    /// <returns>One line.</returns>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Passed} passed, {Failed} failed, {Exempted} exempted");
}
