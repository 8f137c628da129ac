using System.Xml.Linq;
using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.Tests.Packaging;

/// <summary>The adapters as an application gets them: from packages, with what those say they depend on.</summary>
[TestFixture]
internal sealed class AdapterPackageTests
{
    /// <summary>A host of Identity and of the OAuth endpoints, a client, and services on the other stores.</summary>
    private const string Program =
        """
        using System.Net;
        using System.Net.Http.Json;
        using System.Text.Json;
        using Microsoft.AspNetCore.Builder;
        using Microsoft.AspNetCore.Hosting;
        using Microsoft.AspNetCore.Identity;
        using Microsoft.AspNetCore.Identity.EntityFrameworkCore;
        using Microsoft.AspNetCore.Routing;
        using Microsoft.EntityFrameworkCore;
        using Microsoft.Extensions.DependencyInjection;
        using Microsoft.Extensions.Hosting;
        using Microsoft.Extensions.Logging;
        using Microsoft.Extensions.Options;
        using OpenIddict.Server;
        using RefreshTokenRotation;
        using RefreshTokenRotation.AspNetCore;
        using RefreshTokenRotation.Client;
        using RefreshTokenRotation.Storage;

        var folder = args[0];
        await using (var identity = Start(builder =>
        {
            builder.Services.AddDbContext<AppDb>(options => options.UseSqlite($"Data Source={Path.Combine(folder, "users.db")}"));
            builder.Services.AddAuthorization().AddIdentityApiEndpoints<IdentityUser>().AddEntityFrameworkStores<AppDb>().AddRefreshTokenRotation();
        }))
        {
            await using (var scope = identity.Services.CreateAsyncScope())
            {
                await scope.ServiceProvider.GetRequiredService<AppDb>().Database.EnsureCreatedAsync();
            }

            identity.UseAuthorization();
            identity.MapIdentityApi<IdentityUser>();
            identity.MapIdentitySessions<IdentityUser>();
            await identity.StartAsync();
            using var http = new HttpClient { BaseAddress = new Uri(identity.Urls.Single()) };
            var user = new { email = "alice@example.com", password = "Passw0rd!" };
            await http.PostAsJsonAsync("/register", user);
            using var login = await http.PostAsJsonAsync("/login", user);
            var first = (await login.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("refreshToken").GetString();
            using var refreshed = await http.PostAsJsonAsync("/refresh", new { refreshToken = first });
            using var replayed = await http.PostAsJsonAsync("/refresh", new { refreshToken = first });
            Console.WriteLine($"Identity: {(int)login.StatusCode} {(int)refreshed.StatusCode} {(int)replayed.StatusCode}, {Store(identity.Services)}");
        }

        await using (var server = Start(builder => builder.Services.AddRefreshTokenRotation()
            .UseSqlite(Path.Combine(folder, "tokens.db"))
            .UseJwtAccessTokens(options => (options.Issuer, options.GenerateDevelopmentKey) = ("https://login.example/", true))
            .AddEndpoints(options => options.Clients.Add(new OAuthClient { ClientId = "app", GrantTypes = ["refresh_token"] }))))
        {
            server.MapRefreshTokenRotation();
            await server.StartAsync();
            var issued = await server.Services.GetRequiredService<IRefreshTokenService>().IssueAsync(
                new IssueRequest { Subject = "alice", ClientId = "app", Scopes = ["read", "offline_access"] });
            var services = new ServiceCollection();
            services.AddRefreshTokenClient("api", options =>
                (options.ClientId, options.TokenEndpoint) = ("app", new Uri(new Uri(server.Urls.Single()), "/oauth/token")));
            await using var provider = services.BuildServiceProvider();
            var client = provider.GetRequiredKeyedService<RefreshTokenClient>("api");
            await client.SignInAsync(new TokenSet { RefreshToken = issued.RefreshToken.Reveal() });
            var isRefreshed = await client.GetTokenAsync() is TokenResult.Succeeded;
            var family = await server.Services.GetRequiredService<ITokenFamilyManager>().FindAsync(issued.Family.FamilyId);
            Console.WriteLine($"Client: {isRefreshed}, generation {family!.Generation}, {Store(server.Services)}");
        }

        // OpenIddict's own tables are another package's: nothing here could build all of its services.
        await using (var server = Start(environment: Environments.Production, configure: builder => builder.Services.AddOpenIddict()
            .AddServer(options => options.SetTokenEndpointUris("/connect/token").AllowClientCredentialsFlow().AllowRefreshTokenFlow()
                .AddEphemeralEncryptionKey().AddEphemeralSigningKey().UseAspNetCore())
            .UseRefreshTokenRotation()
            .UsePostgreSql("Host=127.0.0.1")))
        {
            var handlers = server.Services.GetRequiredService<IOptions<OpenIddictServerOptions>>().Value.Handlers;
            var own = handlers.Count(handler => handler.ServiceDescriptor.ServiceType.Namespace == "RefreshTokenRotation.OpenIddict.Internal");
            Console.WriteLine($"OpenIddict: {own > 0}, {Store(server.Services)}");
        }

        static WebApplication Start(Action<WebApplicationBuilder> configure, string environment = "Development")
        {
            var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = environment });
            builder.Logging.ClearProviders();
            builder.WebHost.UseUrls("http://127.0.0.1:0");
            configure(builder);
            return builder.Build();
        }

        static string Store(IServiceProvider services) => services.GetRequiredService<ITokenStore>().GetType().Name.Split('`')[0];

        internal sealed class AppDb(DbContextOptions<AppDb> options) : IdentityDbContext<IdentityUser>(options)
        {
            protected override void OnModelCreating(ModelBuilder builder)
            {
                base.OnModelCreating(builder);
                builder.AddRefreshTokenRotation();
            }
        }
        """;

    [TestCaseSource(typeof(Packages), nameof(Packages.Adapters))]
    public async Task Package_packed_holds_the_library_its_documentation_and_a_readme_of_its_own(string id)
    {
        using var package = Packages.Library.Open("nupkg", id);
        package.Entries.Select(entry => entry.FullName).Should().Contain([$"lib/net10.0/{id}.dll", $"lib/net10.0/{id}.xml", "README.md", "icon.png"]);
        using var readme = new StreamReader(await package.GetEntry("README.md")!.OpenAsync());
        var text = await readme.ReadToEndAsync();
        text.Should().StartWith($"# {id}\n");
        Markdown.Prose(text).Should().NotMatchRegex(@"\]\((?!https://)", "galleries follow absolute links alone");
        using var symbols = Packages.Library.Open("snupkg", id);
        symbols.Entries.Select(entry => entry.FullName).Should().Contain($"lib/net10.0/{id}.pdb");
    }

    [TestCaseSource(typeof(Packages), nameof(Packages.Adapters))]
    public async Task Package_packed_states_its_licence_and_depends_on_the_siblings_of_its_version(string id)
    {
        using var package = Packages.Library.Open("nupkg", id);
        await using var stream = await package.GetEntry($"{id}.nuspec")!.OpenAsync();
        var metadata = XElement.Load(stream).Elements().Single(child => child.Name.LocalName == "metadata");

        Value("license").Should().Be("MIT");
        Value("description").Should().NotBe("Package Description").And.EndWith(".");
        var siblings = metadata.Descendants().Where(element => element.Name.LocalName == "dependency")
            .Where(element => element.Attribute("id")!.Value.StartsWith(Packages.Core, StringComparison.Ordinal)).ToArray();
        (siblings.Length > 0).Should().Be(id != "RefreshTokenRotation.Client", "all but the client build on the core");
        siblings.Select(element => element.Attribute("version")!.Value).Should().AllBe(Packages.Library.Version);

        string Value(string name) => metadata.Elements().Single(child => child.Name.LocalName == name).Value;
    }

    [Test]
    public async Task Packages_in_a_new_project_compile_and_run_together()
    {
        using var folder = new TemporaryFolder();
        using var consumer = await ConsumerProject.CreateAsync(
            Packages.Library,
            [
                .. Packages.Adapters.Select(id => (id, Packages.Library.Version)),
                .. ((string[])["Microsoft.AspNetCore.Identity.EntityFrameworkCore", "Microsoft.EntityFrameworkCore.Sqlite", "SQLitePCLRaw.bundle_e_sqlite3"])
                    .Select(id => (id, Repository.PackageVersion(id))),
            ]);
        consumer.Write("Program.cs", Program);

        var output = await consumer.RunAsync(folder.Root);

        output.Trim().ReplaceLineEndings("\n").Split('\n').Should().Equal(
            "Identity: 200 200 401, EntityFrameworkCoreTokenStore",
            "Client: True, generation 1, SqliteTokenStore",
            "OpenIddict: True, PostgreSqlTokenStore");
    }
}
