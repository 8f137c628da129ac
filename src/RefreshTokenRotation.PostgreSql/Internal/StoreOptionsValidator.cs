using Microsoft.Extensions.Options;
using RefreshTokenRotation.Relational;

namespace RefreshTokenRotation.PostgreSql.Internal;

/// <summary>Validates the options. Each message names the option, its value and the bound.</summary>
internal sealed class StoreOptionsValidator : IValidateOptions<PostgreSqlStoreOptions>
{
    /// <summary>PostgreSQL cuts names after 63 bytes; the longest suffix of ours has 14.</summary>
    public const int MaxNameLength = 40;

    public ValidateOptionsResult Validate(string? name, PostgreSqlStoreOptions options)
    {
        var failures = new List<string>();
        failures.Require(IsName(options.SchemaName), $"{nameof(options.SchemaName)} ('{options.SchemaName}') {NameBound}.");
        failures.Require(IsName(options.TableName), $"{nameof(options.TableName)} ('{options.TableName}') {NameBound}.");
        failures.RequireServer(options.PolicyCacheTime, options.CommandTimeout, options.RevocationTimeout);
        return failures.ToResult();
    }

    public static void CheckName(string? value, string parameter)
    {
        ArgumentNullException.ThrowIfNull(value, parameter);
        if (!IsName(value))
        {
            throw new ArgumentException($"{parameter} ('{value}') {NameBound}.", parameter);
        }
    }

    private static string NameBound => $"must be 1 to {MaxNameLength} characters of a-z0-9_, the first no digit";

    /// <summary>Names that need no quotes, so that scripts and statements read as written and nothing can be smuggled in.</summary>
    private static bool IsName(string? value) =>
        value is { Length: >= 1 and <= MaxNameLength }
        && !char.IsAsciiDigit(value[0])
        && value.All(static c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '_');
}
