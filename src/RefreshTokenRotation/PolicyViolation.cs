using System.Globalization;

namespace RefreshTokenRotation;

/// <summary>What is wrong with a policy, as data: a setting, its value, and the bound that it breaks.</summary>
public sealed class PolicyViolation
{
    internal PolicyViolation(string setting, object? value, FormattableString bound) => (Setting, Value, Bound) = (setting, value, bound);

    /// <summary>The name of the property of <see cref="RotationPolicy"/>, or of <see cref="ResourceScopes"/> below <c>MultiResource.</c></summary>
    public string Setting { get; }

    /// <summary>Its value: a time, a number, a flag or an enum's member. For a list its number of entries, for a text its number of characters; null for null.</summary>
    public object? Value { get; }

    /// <summary>The bound, as words with arguments in between. An argument that is a string names another setting or option; all others are values.</summary>
    public FormattableString Bound { get; }

    /// <summary>The violation in the words of the options, such as <c>Leeway (-00:00:01) must not be negative</c>.</summary>
    /// <returns>A sentence without its full stop.</returns>
    public override string ToString() => ToString(CultureInfo.InvariantCulture);

    /// <summary>The violation in the caller's words: an <see cref="ICustomFormatter"/> formats the setting, the value and each argument.</summary>
    /// <param name="provider">The provider.</param>
    /// <returns>A sentence without its full stop.</returns>
    public string ToString(IFormatProvider provider) => string.Format(provider, "{0} ({1}) {2}", Setting, Value ?? "null", Bound.ToString(provider));
}
