using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using RefreshTokenRotation.Storage;
using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.Identity.Tests.Support;

/// <summary>A real server with Identity's endpoints, with rotation or as Microsoft delivers it; over SQLite, or over PostgreSQL with migrations.</summary>
internal sealed class Host : IAsyncDisposable
{
    public const string Password = "Passw0rd!";

    private readonly WebApplication _app;
    private readonly string _folder;
    private readonly bool _ownsFolder;

    private Host(WebApplication app, string folder, bool ownsFolder) => (_app, _folder, _ownsFolder) = (app, folder, ownsFolder);

    public FakeTime Time { get; private init; } = null!;

    public Vetoes Vetoes => Services.GetRequiredService<Vetoes>();

    public InterceptingStore Store => (InterceptingStore)Services.GetRequiredService<ITokenStore>();

    public ITokenFamilyManager Families => Services.GetRequiredService<ITokenFamilyManager>();

    public IServiceProvider Services => _app.Services;

    public Uri Address => new(_app.Urls.Single());

    public static async Task<Host> StartAsync(
        RotationPolicy? policy = null,
        bool rotates = true,
        Host? after = null,
        TimeProvider? clock = null,
        string? postgres = null,
        string? migration = null,
        bool isBearerOnly = false,
        bool hasInterceptedStore = false,
        Action<IdentityRotationOptions>? configure = null,
        Action<RefreshTokenRotationBuilder>? use = null,
        Action<IServiceCollection>? services = null,
        Func<IEndpointRouteBuilder, IEndpointConventionBuilder>? map = null)
    {
        var folder = after?._folder ?? Directory.CreateTempSubdirectory("identity-").FullName;
        var time = after?.Time ?? new FakeTime();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddSingleton(clock ?? time);
        builder.Services.AddSingleton<Vetoes>();
        builder.Services.AddDataProtection().SetApplicationName("host").PersistKeysToFileSystem(new DirectoryInfo(Path.Combine(folder, "keys")));
        builder.Services.AddDbContext<TestDb>(options =>
            _ = postgres is null ? options.UseSqlite($"Data Source={Path.Combine(folder, "app.db")}") : options.UseNpgsql(postgres));
        builder.Services.AddAuthorization();
        services?.Invoke(builder.Services);
        var identity = AddUsers(builder.Services, isBearerOnly)
            .AddRoles<IdentityRole>()
            .AddEntityFrameworkStores<TestDb>()
            .AddSignInManager<HostSignInManager>();
        if (rotates)
        {
            // The tests prune by hand, to count what goes.
            var rotation = identity.AddRefreshTokenRotation(options => options.DefaultPolicy = policy ?? RotationPolicy.Spa, configure)
                .ConfigurePruning(static options => options.Enabled = false);
            use?.Invoke(rotation);
            if (hasInterceptedStore)
            {
                var inner = builder.Services.Last(service => service.ServiceType == typeof(ITokenStore)).ImplementationFactory!;
                builder.Services.Replace(ServiceDescriptor.Singleton<ITokenStore>(provider => new InterceptingStore((ITokenStore)inner(provider))));
            }
        }

        var app = builder.Build();
        await using (var scope = app.Services.CreateAsyncScope())
        {
            var database = scope.ServiceProvider.GetRequiredService<TestDb>().Database;
            await (postgres is null ? database.EnsureCreatedAsync() : database.MigrateAsync(migration));
        }

        app.UseAuthorization();
        (map ?? (static endpoints => endpoints.MapIdentityApi<TestUser>()))(app);
        if (rotates)
        {
            app.MapIdentitySessions<TestUser>();
        }

        app.MapGet("/claims", (HttpContext context) => context.User.Claims.Select(claim => $"{claim.Type}={claim.Value}")).RequireAuthorization();
        await app.StartAsync();
        return new Host(app, folder, after is null) { Time = time };
    }

    private static IdentityBuilder AddUsers(IServiceCollection services, bool isBearerOnly)
    {
        if (!isBearerOnly)
        {
            return services.AddIdentityApiEndpoints<TestUser>();
        }

        services.AddAuthentication().AddBearerToken(IdentityConstants.BearerScheme, options =>
        {
            options.BearerTokenExpiration = TimeSpan.FromSeconds(42);
            options.Events.OnMessageReceived = context =>
            {
                context.Token = context.Request.Query["accessToken"];
                return Task.CompletedTask;
            };
        });
        return services.AddIdentityCore<TestUser>().AddApiEndpoints();
    }

    /// <summary>A client with a cookie jar of its own.</summary>
    public Client Connect() => new(Address);

    /// <summary>A client whose user exists and has logged in.</summary>
    public async Task<Client> LogInAsync(string email = "alice@example.com")
    {
        var client = Connect();
        await client.PostAsync("/register", new { email, password = Password });
        await client.LogInAsync(email, Password);
        return client;
    }

    /// <summary>Works on a user as an administrator would.</summary>
    public async Task ManageAsync(Func<UserManager<TestUser>, TestUser, Task> act, string email = "alice@example.com")
    {
        await using var scope = Services.CreateAsyncScope();
        var users = scope.ServiceProvider.GetRequiredService<UserManager<TestUser>>();
        await act(users, (await users.FindByEmailAsync(email))!);
    }

    public async Task<IReadOnlyList<TokenFamilyInfo>> FamiliesAsync() =>
        (await Families.ListAsync(TokenFamilyFilter.ForTenant(string.Empty), limit: 1000)).Families;

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
        if (_ownsFolder)
        {
            Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
            Directory.Delete(_folder, recursive: true);
        }
    }
}
