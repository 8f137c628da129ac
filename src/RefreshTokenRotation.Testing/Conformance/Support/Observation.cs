using System.Globalization;
using System.Runtime.CompilerServices;

namespace RefreshTokenRotation.Testing.Conformance.Support;

/// <summary>The words of a failure, which are put together only if there is one.</summary>
[InterpolatedStringHandler]
internal ref struct Observation
{
    private DefaultInterpolatedStringHandler _text;

    public Observation(int literalLength, int formattedCount, bool holds, out bool isNeeded)
    {
        isNeeded = !holds;
        _text = isNeeded ? new DefaultInterpolatedStringHandler(literalLength, formattedCount, CultureInfo.InvariantCulture) : default;
    }

    public void AppendLiteral(string value) => _text.AppendLiteral(value);

    public void AppendFormatted<T>(T value) => _text.AppendFormatted(value);

    public override string ToString() => _text.ToStringAndClear();
}
