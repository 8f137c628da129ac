using Microsoft.Extensions.DependencyInjection;
using RefreshTokenRotation.PostgreSql.Tests.Support;
using RefreshTokenRotation.Redis.Tests.Support;

namespace RefreshTokenRotation.Redis.Tests;

/// <summary>The connection is lost in the middle of a call: what is unknown is looked up over the next connection, and never guessed.</summary>
[TestFixture]
internal sealed class ConnectionLossTests
{
    [Test]
    public async Task Exchange_whose_connection_is_cut_in_the_write_looks_the_outcome_up_and_succeeds(
        [Values(Cut.BeforeTheRequest, Cut.AfterTheRequest, Cut.AfterTheAnswer)] Cut cut)
    {
        await using var space = await TestSpace.CreateAsync();
        await using var proxy = new CuttingProxy("127.0.0.1", space.Site.Servers[0].Port);
        var node = space.Node(
            RotationPolicy.Spa, connectionString: $"127.0.0.1:{proxy.Port},keepAlive=600,asyncTimeout=60000,connectTimeout=30000", configure: options => options.PolicyCacheTime = TimeSpan.FromMinutes(5));
        var engine = node.GetRequiredService<IRefreshTokenService>();
        var token = (await engine.IssueAsync(new IssueRequest { Subject = "alice", ClientId = "spa" })).RefreshToken;
        token = (await SucceedAsync(engine, token)).RefreshToken;

        // Warm: an exchange is two requests now, and the second is the write.
        proxy.CutAtRequest(2, cut);
        var result = await SucceedAsync(engine, token);

        proxy.Cuts.Should().Be(1);
        result.Outcome.Should().Be(ExchangeOutcome.Rotated);
        result.Family.Generation.Should().Be(2);
        (await SucceedAsync(engine, result.RefreshToken)).Family.Generation.Should().Be(3);
    }

    private static async Task<ExchangeResult.Succeeded> SucceedAsync(IRefreshTokenService engine, RefreshToken token) =>
        (await engine.ExchangeAsync(new ExchangeRequest { RefreshToken = token, ClientId = "spa" })).Should().BeOfType<ExchangeResult.Succeeded>().Subject;
}
