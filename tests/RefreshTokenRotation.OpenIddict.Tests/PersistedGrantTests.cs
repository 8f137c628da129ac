using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using RefreshTokenRotation.PostgreSql.Tests.Support;
using RefreshTokenRotation.TestSupport.OpenIddict;

namespace RefreshTokenRotation.OpenIddict.Tests;

/// <summary>A table of persisted grants, whose old server may still run.</summary>
[TestFixture]
internal sealed class PersistedGrantTests
{
    private NpgsqlDataSource _database = null!;
    private ServiceProvider _provider = null!;

    private IRefreshTokenService Tokens => _provider.GetRequiredService<IRefreshTokenService>();

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        _database = NpgsqlDataSource.Create(await OpenIddictHost.CreateDatabaseAsync(TestServer.ConnectionString));
        await ExecuteAsync("""
            CREATE TABLE "PersistedGrants" ("Key" varchar(200) PRIMARY KEY, "Type" varchar(50) NOT NULL, "SubjectId" varchar(200), "SessionId" varchar(100),
            "ClientId" varchar(200) NOT NULL, "Description" varchar(200), "CreationTime" timestamptz NOT NULL, "Expiration" timestamptz, "ConsumedTime" timestamptz, "Data" text NOT NULL)
            """);
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddRefreshTokenRotation().AddPersistedGrants(_database);
        _provider = services.BuildServiceProvider();
    }

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        await _provider.DisposeAsync();
        await _database.DisposeAsync();
    }

    [TestCase("handle", "base64")]
    [TestCase("handle-1", "HEX")]
    [TestCase("handle-1", "hex")]
    [TestCase("handle-1", "HEX without suffix")]
    public async Task Token_is_found_by_the_key_of_either_version(string ending, string form)
    {
        var token = NewToken(ending);
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes((form.Contains("without", StringComparison.Ordinal) ? token[..^2] : token) + ":refresh_token"));
        await AddAsync(form == "base64" ? Convert.ToBase64String(hash) : form == "hex" ? Convert.ToHexStringLower(hash) : Convert.ToHexString(hash));
        (await ExchangeAsync(token)).Should().BeOfType<ExchangeResult.Succeeded>();
        (await ExchangeAsync(token)).Should().BeOfType<ExchangeResult.Rejected>().Which.Reason.Should().Be(RejectionReason.ReuseDetected);
    }

    [Test]
    public async Task Row_that_the_old_server_consumes_meanwhile_is_not_adopted()
    {
        var token = NewToken("handle");
        var key = PersistedGrantsOptions.Base64Key(token);
        await AddAsync(key);
        var read = (await Source.ReadAsync(token, CancellationToken.None))!;
        read.Grant.Should().NotBeNull();
        await ExecuteAsync("""UPDATE "PersistedGrants" SET "ConsumedTime" = now() WHERE "Key" = $1""", key);

        (await Source.RetireAsync(read, CancellationToken.None)).Should().BeFalse();

        (await ExchangeAsync(token)).Should().BeOfType<ExchangeResult.Rejected>().Which.Reason.Should().Be(RejectionReason.Unknown);
    }

    [Test]
    public async Task Row_is_consumed_once_and_stays_adopted()
    {
        var token = NewToken("handle");
        await AddAsync(PersistedGrantsOptions.Base64Key(token));
        var read = (await Source.ReadAsync(token, CancellationToken.None))!;
        (await Source.RetireAsync(read, CancellationToken.None)).Should().BeTrue();
        (await Source.RetireAsync(read, CancellationToken.None)).Should().BeTrue("a retry after a crash goes on");
        (await Source.ReadAsync(token, CancellationToken.None))!.Grant.Should().BeNull();
        await ExecuteAsync("""DELETE FROM "PersistedGrants" WHERE "Key" = $1""", PersistedGrantsOptions.Base64Key(token));
        (await Source.RetireAsync(read, CancellationToken.None)).Should().BeFalse();
    }

    private ILegacyTokenSource Source => _provider.GetServices<ILegacyTokenSource>().Single();

    private static string NewToken(string ending) => Convert.ToHexString(RandomNumberGenerator.GetBytes(16)) + ending;

    private async Task<ExchangeResult> ExchangeAsync(string token) => await Tokens.ExchangeAsync(new ExchangeRequest { RefreshToken = token, ClientId = "client" });

    private Task AddAsync(string key) => ExecuteAsync(
        """INSERT INTO "PersistedGrants" VALUES ($1, 'refresh_token', 'alice', NULL, 'client', NULL, now(), now() + interval '30 days', NULL, $2)""",
        key,
        """{"AuthorizedScopes":["api"]}""");

    private async Task ExecuteAsync(string sql, params object[] values)
    {
        await using var command = _database.CreateCommand(sql);
        foreach (var value in values)
        {
            command.Parameters.Add(new NpgsqlParameter { Value = value });
        }

        await command.ExecuteNonQueryAsync();
    }
}
