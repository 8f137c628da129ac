using Microsoft.Extensions.DependencyInjection;
using RefreshTokenRotation.Redis.Tests.Support;
using RefreshTokenRotation.Storage;
using StackExchange.Redis;

namespace RefreshTokenRotation.Redis.Tests;

/// <summary>A server whose memory is full.</summary>
[TestFixture]
internal sealed class MemoryTests
{
    [Test]
    public async Task Full_memory_stops_log_ins_and_no_exchange_revocation_or_pruning()
    {
        await using var space = await TestSpace.CreateAsync();
        var server = space.Site.Servers[0];
        var node = space.Node(RotationPolicy.Strict);
        var engine = node.GetRequiredService<IRefreshTokenService>();
        var token = (await engine.IssueAsync(new IssueRequest { Subject = "alice", ClientId = "spa" })).RefreshToken;
        await server.CliAsync("config", "set", "maxmemory", "1");
        try
        {
            var login = () => engine.IssueAsync(new IssueRequest { Subject = "bob", ClientId = "spa" }).AsTask();
            (await login.Should().ThrowAsync<RefreshTokenUnavailableException>()).WithInnerException<RedisServerException>().WithMessage("*OOM*");

            var result = await engine.ExchangeAsync(new ExchangeRequest { RefreshToken = token, ClientId = "spa" });
            result.Should().BeOfType<ExchangeResult.Succeeded>();
            (await node.GetRequiredService<ITokenFamilyManager>().RevokeAsync(TokenFamilyFilter.ForUser("alice"), RevocationReason.User)).Should().Be(1);
            (await node.GetRequiredService<ITokenStore>().PruneAsync(DateTimeOffset.UtcNow.AddDays(1), 10, CancellationToken.None)).Should().Be(1);
        }
        finally
        {
            await server.CliAsync("config", "set", "maxmemory", "0");
        }
    }
}
