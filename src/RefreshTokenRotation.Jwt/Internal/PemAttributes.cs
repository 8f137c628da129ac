using System.Globalization;

namespace RefreshTokenRotation.Jwt.Internal;

/// <summary>The lines above a PEM block, which every other reader of PEM skips (RFC 7468 section 5.2).</summary>
/// <remarks>Lines without one of the names are comments. A value that can't be read is refused: a time that is ignored would be worse.</remarks>
internal sealed record PemAttributes(SigningAlgorithm? Algorithm, DateTimeOffset? ActivatesAt, DateTimeOffset? RetiresAt, DateTimeOffset? ValidUntil)
{
    private const string TimeFormat = "yyyy-MM-dd'T'HH:mm:ss'Z'";

    public static PemAttributes Read(ReadOnlySpan<char> lines)
    {
        var read = new PemAttributes(null, null, null, null);
        foreach (var line in lines.EnumerateLines())
        {
            var colon = line.IndexOf(':');
            if (colon < 0)
            {
                continue;
            }

            var value = line[(colon + 1)..].Trim();
            read = line[..colon].Trim() switch
            {
                "Algorithm" => read with { Algorithm = ReadAlgorithm(value) },
                "Activates" => read with { ActivatesAt = ReadTime("Activates", value) },
                "Retires" => read with { RetiresAt = ReadTime("Retires", value) },
                "Valid-Until" => read with { ValidUntil = ReadTime("Valid-Until", value) },
                _ => read,
            };
        }

        return read;
    }

    private static SigningAlgorithm ReadAlgorithm(ReadOnlySpan<char> value) => value switch
    {
        nameof(SigningAlgorithm.RS256) => SigningAlgorithm.RS256,
        nameof(SigningAlgorithm.PS256) => SigningAlgorithm.PS256,
        nameof(SigningAlgorithm.ES256) => SigningAlgorithm.ES256,
        _ => throw new ArgumentException("The line 'Algorithm' must be RS256, PS256 or ES256.", nameof(value)),
    };

    private static DateTimeOffset ReadTime(string name, ReadOnlySpan<char> value) =>
        DateTimeOffset.TryParseExact(value, TimeFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            ? time
            : throw new ArgumentException($"The line '{name}' must contain a time such as 2026-01-31T00:00:00Z.", nameof(value));
}
