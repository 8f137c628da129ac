namespace AuthorizationServer.Setup;

/// <summary>Everything that appsettings.json and the command line say.</summary>
internal sealed class ServerSettings
{
    /// <summary>Where the server listens; the first address is the issuer's unless <see cref="Issuer"/> names another.</summary>
    public string Urls { get; set; } = "http://localhost:5000";

    /// <summary>The issuer (<c>iss</c>), with a trailing slash. Instances behind one address share it.</summary>
    public string? Issuer { get; set; }

    /// <summary>The origin of your own browser app, which replaces <c>{app}</c> in the addresses of clients.</summary>
    public string AppOrigin { get; set; } = "http://localhost:5001";

    /// <summary><c>sqlite</c>, <c>memory</c> or <c>postgres</c>.</summary>
    public string Store { get; set; } = "sqlite";

    /// <summary>The connection string of PostgreSQL.</summary>
    public string? Connection { get; set; }

    /// <summary>The folder of the SQLite files. Default: one for this user's application data.</summary>
    public string? Data { get; set; }

    /// <summary>How long an authorization code is valid.</summary>
    public TimeSpan CodeLifetime { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>How long a device code is valid.</summary>
    public TimeSpan DeviceCodeLifetime { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>How often per minute one address may try passwords and user codes, or ask for device codes, and how often anybody may try at one account.</summary>
    public int AttemptsPerMinute { get; set; } = 60;

    /// <summary>How many token requests, revocations and introspections are handled at once. Further ones get 503.</summary>
    public int ConcurrentExchanges { get; set; } = 256;

    /// <summary>How long one of them may take before it writes anything. Then it gets 503.</summary>
    public TimeSpan ExchangeTimeLimit { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How long the API may still accept access tokens of a family that has ended. Zero, which applies a revocation at once, costs a read
    /// of the store per call.</summary>
    public TimeSpan DenyListCacheTime { get; set; }

    /// <summary>The bearer token that a scraper presents at <c>/metrics</c>. Default: none; then only this machine may scrape, and only in Development.</summary>
    public string? MetricsToken { get; set; }

    /// <summary>The address of an OpenTelemetry collector for traces and metrics, by OTLP over HTTP, for example <c>http://localhost:4318/</c>. Default: nowhere.</summary>
    public Uri? Otlp { get; set; }

    /// <summary>Whether each span of the library goes to the log, in Development.</summary>
    public bool LogSpans { get; set; }

    public Dictionary<string, UserSettings> Users { get; init; } = new(StringComparer.Ordinal);

    public Dictionary<string, ClientSettings> Clients { get; init; } = new(StringComparer.Ordinal);

    public List<ApiSettings> Apis { get; init; } = [];

    /// <summary>The server's own origin.</summary>
    public string Origin => Issuer?.TrimEnd('/') ?? Urls.Split(';')[0].TrimEnd('/');

    /// <summary>The management API, as the audience of access tokens.</summary>
    public string ManagementAudience => Origin + "/api/v2/";

    /// <summary>Whether browsers reach the server by HTTPS.</summary>
    public bool IsHttps => Origin.StartsWith("https:", StringComparison.OrdinalIgnoreCase);

    /// <summary>Replaces <c>{server}</c> and <c>{app}</c> with the real origins.</summary>
    public void ResolveAddresses()
    {
        Issuer = Origin + "/";
        foreach (var (id, client) in Clients)
        {
            client.ClientId = id;
            foreach (var addresses in (IList<string>[])[client.RedirectUris, client.WebOrigins, client.LogoutUris])
            {
                for (var i = 0; i < addresses.Count; i++)
                {
                    addresses[i] = addresses[i]
                        .Replace("{server}", Origin, StringComparison.Ordinal)
                        .Replace("{app}", AppOrigin.TrimEnd('/'), StringComparison.Ordinal);
                }
            }
        }
    }
}
