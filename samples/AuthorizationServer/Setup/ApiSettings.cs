namespace AuthorizationServer.Setup;

/// <summary>A resource server.</summary>
internal sealed class ApiSettings
{
    public string Audience { get; set; } = string.Empty;

    public bool AllowOfflineAccess { get; set; }

    public List<string> Scopes { get; init; } = [];

    /// <summary>How long its access tokens live. Default: an hour.</summary>
    public TimeSpan? AccessTokenLifetime { get; set; }
}
