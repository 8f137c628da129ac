using Microsoft.Extensions.Options;

namespace RefreshTokenRotation.PostgreSql.Internal;

/// <summary>Validates the options. Each message names the option, its value and the bound.</summary>
internal sealed class StoreOptionsValidator : IValidateOptions<PostgreSqlStoreOptions>
{
    /// <summary>PostgreSQL cuts names after 63 bytes; the longest suffix of ours has 14.</summary>
    public const int MaxNameLength = 40;

    private static readonly TimeSpan MaxCacheTime = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan MinTimeout = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan MaxTimeout = TimeSpan.FromHours(1);
    private static readonly TimeSpan MaxRevocationTimeout = TimeSpan.FromDays(1);

    public ValidateOptionsResult Validate(string? name, PostgreSqlStoreOptions options)
    {
        var failures = new List<string>();
        Require(IsName(options.SchemaName), nameof(options.SchemaName), $"'{options.SchemaName}'", NameBound);
        Require(IsName(options.TableName), nameof(options.TableName), $"'{options.TableName}'", NameBound);
        Require(
            options.PolicyCacheTime >= TimeSpan.Zero && options.PolicyCacheTime <= MaxCacheTime,
            nameof(options.PolicyCacheTime),
            $"{options.PolicyCacheTime}",
            $"must be between {TimeSpan.Zero} and {MaxCacheTime}");
        Require(
            options.CommandTimeout >= MinTimeout && options.CommandTimeout <= MaxTimeout && options.CommandTimeout.Ticks % TimeSpan.TicksPerSecond == 0,
            nameof(options.CommandTimeout),
            $"{options.CommandTimeout}",
            $"must be between {MinTimeout} and {MaxTimeout}, in whole seconds");
        Require(
            options.RevocationTimeout is not { } timeout
                || (timeout >= MinTimeout && timeout <= MaxRevocationTimeout && timeout.Ticks % TimeSpan.TicksPerSecond == 0),
            nameof(options.RevocationTimeout),
            $"{options.RevocationTimeout}",
            $"must be between {MinTimeout} and {MaxRevocationTimeout}, in whole seconds");
        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);

        void Require(bool holds, string option, string value, string bound)
        {
            if (!holds)
            {
                failures.Add($"{option} ({value}) {bound}.");
            }
        }
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
