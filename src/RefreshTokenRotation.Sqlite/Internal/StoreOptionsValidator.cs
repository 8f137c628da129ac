using Microsoft.Extensions.Options;

namespace RefreshTokenRotation.Sqlite.Internal;

/// <summary>Validates the options. Each message names the option, its value and the bound; a connection string, which may hold a password, is not shown.</summary>
internal sealed class StoreOptionsValidator : IValidateOptions<SqliteStoreOptions>
{
    private static readonly TimeSpan MaxBusyTimeout = TimeSpan.FromMinutes(10);

    public ValidateOptionsResult Validate(string? name, SqliteStoreOptions options)
    {
        var fault = FindFault(options.DataSource);
        var failures = new List<string>();
        failures.Require(fault is null, fault!);
        failures.Require(
            Enum.IsDefined(options.Durability),
            $"{nameof(options.Durability)} ({options.Durability}) must be {nameof(SqliteDurability.Full)} or {nameof(SqliteDurability.Relaxed)}.");
        failures.RequireBetween(nameof(options.BusyTimeout), options.BusyTimeout, TimeSpan.Zero, MaxBusyTimeout);
        return failures.ToResult();
    }

    private static string? FindFault(string? dataSource)
    {
        const string Option = nameof(SqliteStoreOptions.DataSource);
        if (dataSource?.Contains('\0', StringComparison.Ordinal) == true)
        {
            return $"{Option} must not contain a NUL.";
        }

        SqliteConnectionStringBuilder settings;
        try
        {
            settings = FileSettings.Parse(dataSource ?? string.Empty);
        }
        catch (ArgumentException)
        {
            return $"{Option} contains '=' but is not a connection string of Microsoft.Data.Sqlite. Write a path that contains '=' as 'Data Source=...'.";
        }

        var path = settings.DataSource;
        return string.IsNullOrWhiteSpace(path) ? $"{Option} ('{path}') must name a file."
            : path == ":memory:" || settings.Mode == SqliteOpenMode.Memory
                ? $"{Option} ('{path}') must be a file: to keep families in memory, choose no store."
            : path.StartsWith("file:", StringComparison.OrdinalIgnoreCase) || path.StartsWith("|DataDirectory|", StringComparison.OrdinalIgnoreCase)
                ? $"{Option} ('{path}') must be a plain path."
            : settings.Mode == SqliteOpenMode.ReadOnly ? $"{Option}: Mode (ReadOnly) must be ReadWriteCreate or ReadWrite."
            : settings.Cache == SqliteCacheMode.Shared ? $"{Option}: Cache (Shared) must be Default or Private."
            : null;
    }
}
