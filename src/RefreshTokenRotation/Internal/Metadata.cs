using System.Collections.ObjectModel;

namespace RefreshTokenRotation.Internal;

/// <summary>The bounds of the host's own data on a family.</summary>
internal static class Metadata
{
    public static void Check(IReadOnlyDictionary<string, string>? metadata, string field)
    {
        if (metadata is null)
        {
            return;
        }

        if (metadata.Count > RequestLimits.MetadataCount)
        {
            throw new ArgumentException($"{field} has {metadata.Count} entries; at most {RequestLimits.MetadataCount} are allowed.", field);
        }

        foreach (var (key, value) in metadata)
        {
            if (key.Length is 0 or > RequestLimits.MetadataLength || !key.All(static c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-'))
            {
                throw new ArgumentException($"{field} has a key that is not 1 to {RequestLimits.MetadataLength} characters of A-Za-z0-9_-.", field);
            }

            if (value is null || value.Length > RequestLimits.MetadataLength)
            {
                throw new ArgumentException(
                    $"{field} has a value of {value?.Length ?? 0} characters, or none; at most {RequestLimits.MetadataLength} are allowed.", field);
            }

            if (TextForm.ContainsUnfit(value))
            {
                throw new ArgumentException($"{field} has a value with a control character or half a surrogate pair.", field);
            }
        }
    }

    public static IReadOnlyDictionary<string, string> Copy(IReadOnlyDictionary<string, string>? metadata) =>
        metadata is null || metadata.Count == 0
            ? TokenFamily.EmptyMetadata
            : new ReadOnlyDictionary<string, string>(new Dictionary<string, string>(metadata, StringComparer.Ordinal));
}
