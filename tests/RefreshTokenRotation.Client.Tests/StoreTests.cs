using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Npgsql;
using RefreshTokenRotation.Client.Tests.Snippets;
using RefreshTokenRotation.PostgreSql.Tests.Support;
using RefreshTokenRotation.Testing.Conformance;
using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.Client.Tests;

/// <summary>The contract of session stores, from two instances at once: those of the package, and the README's over EF Core.</summary>
[TestFixture("memory")]
[TestFixture("files")]
[TestFixture("postgres")]
[TestFixture("ef")]
internal sealed class StoreTests(string kind)
{
    private PostgresServer? _server;

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        if (kind is "postgres" or "ef")
        {
            _server = await PostgresServer.StartAsync(await PostgresServer.FindBinariesAsync() ?? throw new InvalidOperationException("Run tests/install-postgresql.sh."));
        }
    }

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }
    }

    [TestCaseSource(typeof(TokenSessionStoreConformance), nameof(TokenSessionStoreConformance.Cases))]
    public async Task Store_conforms(ConformanceCase<TokenSessionStoreHarness> conformanceCase)
    {
        await using var harness = new Harness(kind, _server?.ConnectionString);

        var result = await conformanceCase.RunAsync(harness);

        result.ThrowIfFailed();
        (result is ConformanceResult.Passed).Should().Be(_server is not null || conformanceCase.Name != "session.crash", "the kill of a process is exercised here where a database can cut its connections");
    }

    private sealed class Harness(string kind, string? connectionString) : TokenSessionStoreHarness
    {
        private readonly List<object> _opened = [];
        private readonly TemporaryFolder _folder = new();
        private InMemoryTokenSessionStore? _memory;

        public override async ValueTask<ITokenSessionStore> OpenAsync(CancellationToken cancellationToken)
        {
            switch (kind)
            {
                case "memory":
                    _memory = new InMemoryTokenSessionStore();
                    break;
                case "postgres":
                    using (var setup = new PostgreSqlTokenSessionStore(Keep(NpgsqlDataSource.Create(connectionString!))))
                    {
                        await setup.CreateTableAsync(cancellationToken);
                        await setup.CreateTableAsync(cancellationToken);
                        await RunAsync("DELETE FROM token_sessions", cancellationToken);
                    }

                    break;
                case "ef":
                    await using (var context = new Db(Options()))
                    {
                        await context.Database.EnsureCreatedAsync(cancellationToken);
                        await context.Set<StoredTokenSession>().ExecuteDeleteAsync(cancellationToken);
                    }

                    break;
            }

            return Open();
        }

        public override ValueTask<ITokenSessionStore> OpenSecondAsync(CancellationToken cancellationToken) => new(Open());

        public override async ValueTask<ITokenSessionStore> CrashAsync(CancellationToken cancellationToken)
        {
            if (connectionString is null)
            {
                return await base.CrashAsync(cancellationToken);
            }

            await RunAsync("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()", cancellationToken);
            NpgsqlConnection.ClearAllPools();
            return Open();
        }

        public override async ValueTask DisposeAsync()
        {
            foreach (var opened in Enumerable.Reverse(_opened))
            {
                switch (opened)
                {
                    case IAsyncDisposable disposable:
                        await disposable.DisposeAsync();
                        break;
                    case IDisposable disposable:
                        disposable.Dispose();
                        break;
                }
            }

            _folder.Dispose();
            await base.DisposeAsync();
        }

        private ITokenSessionStore Open() => kind switch
        {
            "memory" => _memory!,
            "files" => new FileTokenSessionStore(_folder.PathOf("sessions")),
            "postgres" => Keep(new PostgreSqlTokenSessionStore(Keep(NpgsqlDataSource.Create(connectionString!)), maxLocks: 2)),
            _ => Keep(new EfTokenSessionStore<Db>(new PooledDbContextFactory<Db>(Options()))),
        };

        private DbContextOptions<Db> Options() => new DbContextOptionsBuilder<Db>().UseNpgsql(connectionString).Options;

        private async Task RunAsync(string sql, CancellationToken cancellationToken)
        {
            await using var source = NpgsqlDataSource.Create(connectionString!);
            await using var command = source.CreateCommand(sql);
            await command.ExecuteNonQueryAsync(cancellationToken);
        }

        private T Keep<T>(T opened)
            where T : class
        {
            _opened.Add(opened);
            return opened;
        }
    }

    private sealed class Db(DbContextOptions<Db> options) : DbContext(options)
    {
        protected override void OnModelCreating(ModelBuilder modelBuilder) =>
            modelBuilder.Entity<StoredTokenSession>().HasKey(static session => new { session.ClientName, session.SessionId });
    }
}
