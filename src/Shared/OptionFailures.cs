using Microsoft.Extensions.Options;

namespace RefreshTokenRotation;

/// <summary>Collects what is wrong with options. Each message names the option, its value and the bound.</summary>
internal static class OptionFailures
{
    public static void Require(this List<string> failures, bool holds, string failure)
    {
        if (!holds)
        {
            failures.Add(failure);
        }
    }

    public static void RequireBetween<T>(this List<string> failures, string option, T value, T least, T most)
        where T : IComparable<T> =>
        failures.Require(value.CompareTo(least) >= 0 && value.CompareTo(most) <= 0, $"{option} ({value}) must be between {least} and {most}.");

    public static void RequireWholeSeconds(this List<string> failures, string option, TimeSpan value, TimeSpan least, TimeSpan most) => failures.Require(
        value >= least && value <= most && value.Ticks % TimeSpan.TicksPerSecond == 0, $"{option} ({value}) must be between {least} and {most}, in whole seconds.");

    public static ValidateOptionsResult ToResult(this List<string> failures) =>
        failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
}
