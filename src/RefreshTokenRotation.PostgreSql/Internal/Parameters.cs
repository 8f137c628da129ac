using System.Globalization;
using Npgsql;
using NpgsqlTypes;

namespace RefreshTokenRotation.PostgreSql.Internal;

/// <summary>Positional parameters of a stated type.</summary>
internal static class Parameters
{
    /// <summary>Adds a value.</summary>
    /// <returns>Its place in the statement, such as <c>$3</c>.</returns>
    public static string AddTyped<T>(this NpgsqlParameterCollection parameters, T value, NpgsqlDbType type)
    {
        parameters.Add(new NpgsqlParameter<T> { TypedValue = value, NpgsqlDbType = type });
        return string.Create(CultureInfo.InvariantCulture, $"${parameters.Count}");
    }

    /// <summary>Adds a place for a value, of a command that is used again and again.</summary>
    public static NpgsqlParameter<T> AddPlace<T>(this NpgsqlParameterCollection parameters, NpgsqlDbType type)
    {
        var place = new NpgsqlParameter<T> { NpgsqlDbType = type };
        parameters.Add(place);
        return place;
    }
}
