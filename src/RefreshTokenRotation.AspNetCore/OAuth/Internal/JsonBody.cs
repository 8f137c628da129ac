using System.Text.Json;

namespace RefreshTokenRotation.AspNetCore.Internal;

/// <summary>Reads a flat JSON object of strings. A defined parameter is a string, or null if it is left out; <c>resource</c> may be an array of
/// strings too. Undefined members of other types are ignored.</summary>
internal static class JsonBody
{
    /// <summary>The parameters, or null if the body is no such object or has too many members.</summary>
    public static List<KeyValuePair<string, string>>? Parse(ReadOnlySpan<byte> body, out OAuthError? error)
    {
        error = null;
        try
        {
            var reader = new Utf8JsonReader(body);
            return Read(ref reader, out error);
        }
        catch (Exception malformed) when (malformed is JsonException or InvalidOperationException)
        {
            // The reader throws the latter on strings that are no UTF-8 and on halves of surrogate pairs.
            return null;
        }
    }

    private static List<KeyValuePair<string, string>>? Read(ref Utf8JsonReader reader, out OAuthError? error)
    {
        error = null;
        var pairs = new List<KeyValuePair<string, string>>(8);
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
        {
            error = OAuthError.BodyNoObject;
            return null;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString()!;
            reader.Read();
            if (!TryReadValue(ref reader, name, pairs))
            {
                error = OAuthError.MemberWrong(name); // a defined one: all others are ignored
                return null;
            }

            if (pairs.Count > FormBody.MaxParameters)
            {
                error = OAuthError.TooManyParameters;
                return null;
            }
        }

        // Anything after the object makes the reader throw.
        return reader.Read() ? null : pairs;
    }

    private static bool TryReadValue(ref Utf8JsonReader reader, string name, List<KeyValuePair<string, string>> pairs)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.String:
                pairs.Add(new(name, reader.GetString()!));
                return true;
            case JsonTokenType.Null:
                return true;
            case JsonTokenType.StartArray when name == ParameterNames.Resource:
                while (reader.Read() && reader.TokenType == JsonTokenType.String)
                {
                    pairs.Add(new(name, reader.GetString()!));
                }

                return reader.TokenType == JsonTokenType.EndArray;
            default:
                reader.Skip();
                return !ParameterNames.IsDefined(name);
        }
    }
}
