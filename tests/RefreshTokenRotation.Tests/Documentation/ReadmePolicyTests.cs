using System.Reflection;
using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.Tests.Documentation;

/// <summary>The README's table of presets says what the presets are.</summary>
public sealed class ReadmePolicyTests
{
    [Test]
    public void Readme_lists_every_preset_with_its_values()
    {
        var presets = typeof(RotationPolicy).GetProperties(BindingFlags.Public | BindingFlags.Static)
            .Where(property => property.PropertyType == typeof(RotationPolicy))
            .Select(property => Row(property.Name, (RotationPolicy)property.GetValue(null)!));

        var listed = File.ReadLines(Repository.PathOf("README.md"))
            .Where(line => line.StartsWith("| `RotationPolicy.", StringComparison.Ordinal))
            .Select(line => string.Join(" | ", line.Split('|', StringSplitOptions.TrimEntries)[1..7]));

        listed.Should().BeEquivalentTo(presets);
    }

    private static string Row(string name, RotationPolicy policy) => string.Join(
        " | ",
        $"`RotationPolicy.{name}`{(policy == new RefreshTokenRotationOptions().DefaultPolicy ? " (default)" : string.Empty)}",
        policy.RotationType == RotationType.Rotating ? "yes" : "no",
        Words(policy.Leeway),
        Words(policy.RecoveryWindow),
        Words(policy.IdleLifetime ?? TimeSpan.Zero),
        Words(policy.AbsoluteLifetime));

    private static string Words(TimeSpan time) =>
        time == TimeSpan.Zero ? "off"
        : time < TimeSpan.FromDays(1) ? $"{time.TotalSeconds} s"
        : time == TimeSpan.FromDays(1) ? "1 day"
        : $"{time.TotalDays} days";
}
