using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Npgsql;
using OpenIddict.Server;
using RefreshTokenRotation.OpenIddict.Tests.Support;
using RefreshTokenRotation.PostgreSql.Tests.Support;
using RefreshTokenRotation.Storage;
using RefreshTokenRotation.Tests.Support;
using RefreshTokenRotation.TestSupport.OpenIddict;

namespace RefreshTokenRotation.OpenIddict.Tests;

/// <summary>Many users come back at once after the switch, over a store that breaks now and then. <c>ADOPTIONS</c> sets how many of each kind (100,000 for the
/// measurement).</summary>
[TestFixture, Category("Race")]
internal sealed class AdoptionLoadTests
{
    private const int Clients = 16;
    private const int FaultPercent = 5;
    private const int ProgressEvery = 5000;

    private static readonly int Tokens = int.TryParse(Environment.GetEnvironmentVariable("ADOPTIONS"), out var tokens) ? tokens : 200;

    /// <summary>A loaded machine may take long between two tabs of one user.</summary>
    private static readonly RotationPolicy Policy = RotationPolicy.Spa with { Leeway = TimeSpan.FromMinutes(10) };

    private readonly Random _random = new(1);
    private int _faults;
    private bool _isBroken;

    [SetUp]
    public void Break() => (_faults, _isBroken) = (0, true);

    [Test]
    public async Task Hashed_tokens()
    {
        var table = new ConcurrentDictionary<string, int>(StringComparer.Ordinal);
        await using var provider = Build(builder => builder.AddHashedLegacyTokens(options =>
        {
            options.Hash = Hash;
            options.FindAsync = (_, hash, _) => ValueTask.FromResult(
                table.TryGetValue(hash, out var number) ? new LegacyGrant(number < 0 ? null : Grant(number)) : null);
            options.RetireAsync = (_, hash, _) =>
            {
                table[hash] = -1;
                return ValueTask.FromResult(true);
            };
        }));
        await RunAsync(provider, "hashed", number =>
        {
            var token = $"old-{Guid.NewGuid():N}{Guid.NewGuid():N}";
            table[Hash(token)] = number;
            return Task.FromResult(token);
        });
        table.Values.Should().OnlyContain(number => number < 0, "each was retired");
    }

    [Test]
    public async Task Persisted_grants()
    {
        await using var database = NpgsqlDataSource.Create(await OpenIddictHost.CreateDatabaseAsync(TestServer.ConnectionString));
        await ExecuteAsync(database, """
            CREATE TABLE "PersistedGrants" ("Key" varchar(200) PRIMARY KEY, "Type" varchar(50) NOT NULL, "SubjectId" varchar(200), "SessionId" varchar(100),
            "ClientId" varchar(200) NOT NULL, "Description" varchar(200), "CreationTime" timestamptz NOT NULL, "Expiration" timestamptz, "ConsumedTime" timestamptz, "Data" text NOT NULL)
            """);
        await using var provider = Build(builder => builder.AddPersistedGrants(database));
        await RunAsync(provider, "persisted grants", async number =>
        {
            var token = Convert.ToHexString(RandomNumberGenerator.GetBytes(32));
            await ExecuteAsync(
                database,
                """INSERT INTO "PersistedGrants" VALUES ($1, 'refresh_token', $2, NULL, 'client', NULL, now(), now() + interval '30 days', NULL, $3)""",
                Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes($"{token}:refresh_token"))),
                $"user {number}",
                """{"Lifetime":2592000,"AccessToken":{"Claims":[{"Type":"scope","Value":"api"},{"Type":"scope","Value":"offline_access"}]}}""");
            return token;
        });
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task Tokens_of_OpenIddict(bool byReference)
    {
        var connection = await OpenIddictHost.CreateDatabaseAsync(TestServer.ConnectionString);
        await using var host = await OpenIddictHost.StartAsync(
            connection, Policy, configureFamilies: builder => builder.Services.AddSingleton<ITokenStore>(_ => BrokenStore()));
        await using var database = NpgsqlDataSource.Create(connection);
        var options = host.Services.GetRequiredService<IOptionsMonitor<OpenIddictServerOptions>>().CurrentValue;
        await RunAsync(host.Services, byReference ? "OpenIddict by reference" : "OpenIddict self-contained", async number =>
        {
            var id = Guid.NewGuid().ToString();
            var payload = EarlierTokens.Protect(options, id, $"user {number}");
            var reference = byReference ? Convert.ToHexString(RandomNumberGenerator.GetBytes(64)) : null;
            await ExecuteAsync(
                database,
                """
                INSERT INTO "OpenIddictTokens" ("Id", "ConcurrencyToken", "CreationDate", "ExpirationDate", "Payload", "ReferenceId", "Status", "Subject", "Type")
                VALUES ($1, $1, now(), now() + interval '14 days', $2, $3, 'valid', $4, 'urn:ietf:params:oauth:token-type:refresh_token')
                """,
                id,
                byReference ? payload : DBNull.Value,
                reference is null ? DBNull.Value : Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(reference))),
                $"user {number}");
            return reference ?? payload;
        });
        (await host.CountAsync("""SELECT count(*) FROM "OpenIddictTokens" WHERE "Status" = 'valid'""")).Should().Be(0, "each was redeemed");
    }

    private async Task RunAsync(IServiceProvider provider, string kind, Func<int, Task<string>> issue)
    {
        var tokens = provider.GetRequiredService<IRefreshTokenService>();
        var families = provider.GetRequiredService<ITokenFamilyManager>();
        var (next, forks, loggedOut) = (-1, 0, 0);
        await Task.WhenAll(Enumerable.Range(0, Clients).Select(_ => Task.Run(async () =>
        {
            for (var number = Interlocked.Increment(ref next); number < Tokens; number = Interlocked.Increment(ref next))
            {
                var old = await issue(number);

                // Two tabs at once, and each tries again after an outage.
                var answers = await Task.WhenAll(PresentAsync(tokens, old), PresentAsync(tokens, old));
                var later = await PresentAsync(tokens, answers[0]?.Reveal() ?? old);
                Interlocked.Add(ref forks, answers[0] == answers[1] ? 0 : 1);
                Interlocked.Add(ref loggedOut, answers.Append(later).Count(answer => answer is null));
                if ((number + 1) % ProgressEvery == 0)
                {
                    // A run that is cut short leaves what it has seen.
                    await TestContext.Progress.WriteLineAsync($"{kind}: {number + 1} tokens, {_faults} faults: {forks} forks, {loggedOut} logged out.");
                }
            }
        })));
        var faults = _faults;
        _isBroken = false;
        var count = await families.RevokeAsync(TokenFamilyFilter.ForTenant(string.Empty));
        await TestContext.Out.WriteLineAsync($"{kind}: {Tokens} tokens, {Clients} clients, {faults} faults: {count} families, {forks} forks, {loggedOut} logged out.");
        (forks, loggedOut, count).Should().Be((0, 0, Tokens));
        faults.Should().BePositive();
    }

    private ServiceProvider Build(Action<RefreshTokenRotationBuilder> configure)
    {
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddSingleton<ITokenStore>(_ => BrokenStore());
        configure(services.AddRefreshTokenRotation(options => options.DefaultPolicy = Policy));
        return services.BuildServiceProvider();
    }

    private InterceptingStore BrokenStore()
    {
        var store = new InterceptingStore();
        (store.Before, store.After) = (BreakSometimes, BreakSometimes);
        return store;
    }

    private Task BreakSometimes(string call)
    {
        lock (_random)
        {
            return !_isBroken || _random.Next(100) >= FaultPercent ? Task.CompletedTask : throw new IOException($"{call} broke, fault {++_faults}.");
        }
    }

    /// <summary>The successor; null if the user is logged out.</summary>
    private static async Task<RefreshToken?> PresentAsync(IRefreshTokenService tokens, string token)
    {
        for (var attempt = 0; attempt < 1000; attempt++)
        {
            try
            {
                var result = await tokens.ExchangeAsync(new ExchangeRequest { RefreshToken = token, ClientId = "client" });
                return (result as ExchangeResult.Succeeded)?.RefreshToken;
            }
            catch (RefreshTokenUnavailableException)
            {
                // The client tries again with the same token.
            }
        }

        throw new InvalidOperationException("The store never recovers.");
    }

    private static IssueRequest Grant(int number) => new() { Subject = $"user {number}", ClientId = "client", Scopes = ["api"] };

    private static string Hash(string token) => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(token)));

    private static async Task ExecuteAsync(NpgsqlDataSource database, string sql, params object[] values)
    {
        await using var command = database.CreateCommand(sql);
        foreach (var value in values)
        {
            command.Parameters.Add(new NpgsqlParameter { Value = value });
        }

        await command.ExecuteNonQueryAsync();
    }
}
