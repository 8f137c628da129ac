namespace RefreshTokenRotation.Relational;

/// <summary>The settings that every store with a server has, and their bounds.</summary>
internal static class ServerOptions
{
    private static readonly TimeSpan MaxCacheTime = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan MinTimeout = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan MaxTimeout = TimeSpan.FromHours(1);
    private static readonly TimeSpan MaxRevocationTimeout = TimeSpan.FromDays(1);

    public static void RequireServer(this List<string> failures, TimeSpan policyCacheTime, TimeSpan? commandTimeout, TimeSpan? revocationTimeout)
    {
        failures.RequireBetween("PolicyCacheTime", policyCacheTime, TimeSpan.Zero, MaxCacheTime);
        failures.RequireWholeSeconds("CommandTimeout", commandTimeout ?? MinTimeout, MinTimeout, MaxTimeout);
        failures.RequireWholeSeconds("RevocationTimeout", revocationTimeout ?? MinTimeout, MinTimeout, MaxRevocationTimeout);
    }

    public static void CheckConnectionString(string? connectionString, string method)
    {
        var isMissing = $"{method} got no connection string: is it in the configuration, such as ConnectionStrings of appsettings.json?";
        if (string.IsNullOrWhiteSpace(connectionString))
        {
            throw connectionString is null ? new ArgumentNullException(nameof(connectionString), isMissing) : new ArgumentException(isMissing, nameof(connectionString));
        }
    }
}
