using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.Tokens;
using Npgsql;
using OpenIddict.Abstractions;
using RefreshTokenRotation.OpenIddict;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace RefreshTokenRotation.TestSupport.OpenIddict;

/// <summary>An OpenIddict server as its own samples set it up, on a free loopback port and a PostgreSQL database of its own, with rotation or without.</summary>
internal sealed class OpenIddictHost : IAsyncDisposable
{
    /// <summary>The same for all, so that one server reads what another issued.</summary>
    private static readonly ECDsaSecurityKey SigningKey = new(ECDsa.Create(ECCurve.NamedCurves.nistP256)) { KeyId = "tests" };
    private static readonly SymmetricSecurityKey EncryptionKey = new(RandomNumberGenerator.GetBytes(32)) { KeyId = "tests" };

    private readonly WebApplication _app;

    private OpenIddictHost(WebApplication app, string connectionString)
    {
        _app = app;
        ConnectionString = connectionString;
        Client = new OpenIddictClient(Address);
    }

    public string ConnectionString { get; }

    public Uri Address => new(_app.Urls.First());

    public OpenIddictClient Client { get; }

    public IServiceProvider Services => _app.Services;

    public ITokenFamilyManager Families => Services.GetRequiredService<ITokenFamilyManager>();

    public static async Task<string> CreateDatabaseAsync(string serverConnectionString)
    {
        var name = $"t{Guid.NewGuid():N}";
        await using var connection = new NpgsqlConnection(serverConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand($"CREATE DATABASE {name}", connection);
        await command.ExecuteNonQueryAsync();
        return new NpgsqlConnectionStringBuilder(serverConnectionString) { Database = name, MaxPoolSize = 40 }.ConnectionString;
    }

    public static async Task<OpenIddictHost> StartAsync(
        string connectionString,
        RotationPolicy? policy,
        Action<OpenIddictServerBuilder>? configureServer = null,
        Action<OpenIddictRotationOptions>? configureRotation = null,
        Action<RefreshTokenRotationBuilder>? configureFamilies = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var services = builder.Services;
        services.AddAuthorization();
        services.AddRouting();
        services.AddDbContext<OpenIddictContext>(options => options.UseNpgsql(connectionString).UseOpenIddict());
        var openIddict = services.AddOpenIddict()
            .AddCore(core => core.UseEntityFrameworkCore().UseDbContext<OpenIddictContext>())
            .AddServer(server =>
            {
                server.SetAuthorizationEndpointUris("/connect/authorize").SetTokenEndpointUris("/connect/token")
                    .SetIntrospectionEndpointUris("/connect/introspect").SetRevocationEndpointUris("/connect/revoke")
                    .SetDeviceAuthorizationEndpointUris("/connect/device").SetEndUserVerificationEndpointUris("/connect/verify");
                server.AllowAuthorizationCodeFlow().RequireProofKeyForCodeExchange().AllowPasswordFlow().AllowDeviceAuthorizationFlow().AllowRefreshTokenFlow()
                    .AllowTokenExchangeFlow().AllowCustomFlow(OpenIddictClient.CustomGrant);
                server.RegisterScopes(Scopes.Email, Scopes.Profile, Scopes.OfflineAccess, "api");
                server.AddSigningKey(SigningKey).AddEncryptionKey(EncryptionKey);
                server.UseAspNetCore().DisableTransportSecurityRequirement().EnableAuthorizationEndpointPassthrough().EnableTokenEndpointPassthrough()
                    .EnableEndUserVerificationEndpointPassthrough();
                configureServer?.Invoke(server);
            });
        if (policy is not null)
        {
            var rotation = openIddict.UseRefreshTokenRotation(options => options.DefaultPolicy = policy, configureRotation)
                .UsePostgreSql(connectionString, store => store.CreateSchema = true);
            configureFamilies?.Invoke(rotation);
        }

        services.AddSingleton<HostPages>();
        var app = builder.Build();
        app.UseAuthentication();
        app.UseAuthorization();
        app.Services.GetRequiredService<HostPages>().Map(app);
        await using (var scope = app.Services.CreateAsyncScope())
        {
            await scope.ServiceProvider.GetRequiredService<OpenIddictContext>().Database.EnsureCreatedAsync();
            await RegisterAsync(scope.ServiceProvider.GetRequiredService<IOpenIddictApplicationManager>());
        }

        await app.StartAsync();
        return new OpenIddictHost(app, connectionString);
    }

    public HostPages Pages => Services.GetRequiredService<HostPages>();

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    /// <summary>Reads one value.</summary>
    public async Task<long> CountAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return Convert.ToInt64(await command.ExecuteScalarAsync(), System.Globalization.CultureInfo.InvariantCulture);
    }

    /// <summary>Reads one text.</summary>
    public async Task<string?> ReadTextAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync() as string;
    }

    /// <summary>All rows that sessions leave: of OpenIddict and of families.</summary>
    public async Task<long> RowsAsync() =>
        await CountAsync("""SELECT (SELECT count(*) FROM "OpenIddictTokens") + (SELECT count(*) FROM "OpenIddictAuthorizations")""")
        + await FamilyRowsAsync();

    public async Task<long> FamilyRowsAsync() =>
        await CountAsync("SELECT count(*) FROM information_schema.tables WHERE table_name = 'refresh_token_families'") == 0
            ? 0
            : await CountAsync("SELECT count(*) FROM refresh_token_families");

    private static async Task RegisterAsync(IOpenIddictApplicationManager applications)
    {
        foreach (var client in new[] { OpenIddictClient.Spa, OpenIddictClient.OtherSpa })
        {
            if (await applications.FindByClientIdAsync(client) is null)
            {
                await applications.CreateAsync(new OpenIddictApplicationDescriptor
                {
                    ClientId = client,
                    ClientType = ClientTypes.Public,
                    ConsentType = ConsentTypes.Implicit,
                    RedirectUris = { new Uri(OpenIddictClient.RedirectUri) },
                    Permissions =
                    {
                        Permissions.Endpoints.Authorization, Permissions.Endpoints.Token, Permissions.Endpoints.DeviceAuthorization, Permissions.Endpoints.Revocation,
                        Permissions.GrantTypes.AuthorizationCode, Permissions.GrantTypes.Password, Permissions.GrantTypes.DeviceCode, Permissions.GrantTypes.RefreshToken,
                        Permissions.GrantTypes.TokenExchange, Permissions.Prefixes.GrantType + OpenIddictClient.CustomGrant,
                        Permissions.ResponseTypes.Code, Permissions.Scopes.Email, Permissions.Scopes.Profile, Permissions.Prefixes.Scope + "api",
                    },
                });
            }
        }

        if (await applications.FindByClientIdAsync(OpenIddictClient.ConfidentialClient) is null)
        {
            await applications.CreateAsync(new OpenIddictApplicationDescriptor
            {
                ClientId = OpenIddictClient.ConfidentialClient,
                ClientSecret = OpenIddictClient.ClientSecret,
                Permissions =
                {
                    Permissions.Endpoints.Token, Permissions.Endpoints.Introspection, Permissions.Endpoints.Revocation,
                    Permissions.GrantTypes.Password, Permissions.GrantTypes.RefreshToken,
                    Permissions.Scopes.Email, Permissions.Scopes.Profile, Permissions.Prefixes.Scope + "api",
                },
            });
        }
    }
}

internal sealed class OpenIddictContext(DbContextOptions<OpenIddictContext> options) : DbContext(options);
