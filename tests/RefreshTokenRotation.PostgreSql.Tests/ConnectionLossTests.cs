using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using RefreshTokenRotation.PostgreSql.Tests.Support;
using RefreshTokenRotation.Storage;
using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.PostgreSql.Tests;

/// <summary>The connection is lost in the middle of a call: what is unknown is looked up or reported, and never guessed.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class ConnectionLossTests
{
    private static readonly NpgsqlConnectionStringBuilder Server = new(TestServer.ConnectionString);

    [Test]
    public async Task Exchange_whose_connection_is_cut_in_the_write_looks_the_outcome_up_and_succeeds(
        [Values] Cut cut, [Values] bool leeway)
    {
        await using var schema = await TestSchema.CreateAsync();
        await using var proxy = Proxy();
        var engine = Node(schema, proxy, leeway ? RotationPolicy.Spa : RotationPolicy.Strict).GetRequiredService<IRefreshTokenService>();
        var token = (await engine.IssueAsync(Login())).RefreshToken;
        token = (await SucceedAsync(engine, token)).RefreshToken;

        // Warm: an exchange is two requests now, and the second is the write.
        proxy.CutAtRequest(2, cut);
        var result = await SucceedAsync(engine, token);

        proxy.Cuts.Should().Be(1);
        result.Outcome.Should().Be(ExchangeOutcome.Rotated);
        result.Family.Generation.Should().Be(2);
        (await SucceedAsync(engine, result.RefreshToken)).Family.Generation.Should().Be(3);
    }

    [Test]
    public async Task Exchange_whose_outcome_stays_unknown_is_reported_as_an_outage_and_the_retry_goes_on([Values] Cut cut)
    {
        await using var schema = await TestSchema.CreateAsync();
        await using var proxy = Proxy();
        var engine = Node(schema, proxy, RotationPolicy.Spa).GetRequiredService<IRefreshTokenService>();
        var token = (await engine.IssueAsync(Login())).RefreshToken;
        token = (await SucceedAsync(engine, token)).RefreshToken;

        proxy.CutAtRequest(2, cut);
        proxy.Refuses = true;
        await FluentActions.Awaiting(() => SucceedAsync(engine, token)).Should().ThrowAsync<RefreshTokenUnavailableException>();
        proxy.Refuses = false;
        var result = await SucceedAsync(engine, token);

        // A write that the server saw happened, and its successor is given again; one that it didn't see is made now.
        // Where the server saw the request as the connection was lost, either is true.
        if (cut != Cut.AfterTheRequest)
        {
            result.Outcome.Should().Be(cut == Cut.AfterTheAnswer ? ExchangeOutcome.Reissued : ExchangeOutcome.Rotated);
        }

        result.Family.Generation.Should().Be(2);
        (await SucceedAsync(engine, result.RefreshToken)).Family.Generation.Should().Be(3);
        (await schema.ScalarAsync<long>($"SELECT version FROM {schema.Table}")).Should().Be(4);
    }

    /// <summary>Bytes are counted over handshakes, finds and writes alike, so that every place of the protocol is met.</summary>
    [Test]
    public async Task Exchanges_over_connections_that_are_cut_anywhere_go_on_in_one_lineage()
    {
        const int Seed = 20260101;
        var random = new Random(Seed);
        await using var schema = await TestSchema.CreateAsync();
        await using var proxy = Proxy();
        var engine = Node(schema, proxy, RotationPolicy.Spa).GetRequiredService<IRefreshTokenService>();
        var direct = schema.Node(RotationPolicy.Spa).GetRequiredService<IRefreshTokenService>();
        var token = (await direct.IssueAsync(Login())).RefreshToken;
        for (var generation = 1; generation <= 200; generation++)
        {
            proxy.CutAtByte(random.Next(1, 1200));
            var result = await Eventually.AnsweredAsync(() => ExchangeAsync(engine, token));
            var answer = result.Should().BeOfType<ExchangeResult.Succeeded>($"the seed is {Seed}, the generation {generation}").Subject;
            answer.Family.Generation.Should().Be(generation, $"the seed is {Seed}");
            token = answer.RefreshToken;
        }

        proxy.Cuts.Should().BeGreaterThan(50);
        (await schema.ScalarAsync<long>($"SELECT version FROM {schema.Table}")).Should().Be(201);
    }

    [Test]
    public async Task Add_whose_connection_is_cut_is_reported_and_may_be_repeated([Values] Cut cut, [Values(1, 2)] int request)
    {
        await using var schema = await TestSchema.CreateAsync();
        await using var proxy = Proxy();
        var store = Node(schema, proxy, RotationPolicy.Strict).GetRequiredService<ITokenStore>();
        var older = Families.Create(age: TimeSpan.FromDays(1));
        await store.AddAsync(older);
        var family = Families.Create();

        // The first request adds, the second commits.
        proxy.CutAtRequest(request, cut);
        await FluentActions.Awaiting(() => store.AddAsync(family, cap: 1).AsTask()).Should().ThrowAsync<NpgsqlException>();
        proxy.Cuts.Should().Be(1);
        await store.AddAsync(family, cap: 1);

        (await store.FindAsync(family)).Should().BeEquivalentTo(family);
        (await store.FindAsync(older)).Should().BeNull();
    }

    private static CuttingProxy Proxy() => new(Server.Host!, Server.Port);

    /// <summary>One connection, so that the requests of a call follow each other on it.</summary>
    private static ServiceProvider Node(TestSchema schema, CuttingProxy proxy, RotationPolicy policy)
    {
        var through = new NpgsqlConnectionStringBuilder(schema.ConnectionString) { Host = "127.0.0.1", Port = proxy.Port, MaxPoolSize = 1 };
        return schema.Node(policy, connectionString: through.ConnectionString);
    }

    private static IssueRequest Login() => new() { Subject = "alice", ClientId = "spa" };

    private static async ValueTask<ExchangeResult> ExchangeAsync(IRefreshTokenService engine, RefreshToken token) =>
        await engine.ExchangeAsync(new ExchangeRequest { RefreshToken = token, ClientId = "spa" });

    private static async Task<ExchangeResult.Succeeded> SucceedAsync(IRefreshTokenService engine, RefreshToken token) =>
        (await ExchangeAsync(engine, token)).Should().BeOfType<ExchangeResult.Succeeded>().Subject;
}
