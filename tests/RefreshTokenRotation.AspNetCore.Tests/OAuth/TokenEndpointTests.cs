using RefreshTokenRotation.AspNetCore.Tests.Support;

namespace RefreshTokenRotation.AspNetCore.Tests;

/// <summary>What a refresh answers (RFC 6749 sections 5.1 and 6).</summary>
public sealed class TokenEndpointTests
{
    [Test]
    public async Task Refresh_answers_every_token_and_rotates()
    {
        await using var host = await TestHost.StartAsync();
        var first = await host.IssueAsync();

        var answer = await host.RefreshAsync(first.RefreshToken.Reveal());

        ((int)answer.Status).Should().Be(200);
        answer.ShouldNotBeCached();
        answer.Header("Content-Type").Should().Be("application/json");
        answer.Json.EnumerateObject().Select(member => member.Name)
            .Should().Equal("access_token", "token_type", "expires_in", "scope", "id_token", "refresh_token");
        answer.Member("token_type").Should().Be("Bearer");
        answer.Json.GetProperty("expires_in").GetInt64().Should().Be(3600);
        answer.Member("scope").Should().Be("openid read write offline_access");
        answer.Member("id_token").Should().Be("idt-1");
        answer.AccessToken.Should().Be("at-1");
        answer.RefreshToken.Should().StartWith("rtr_").And.NotBe(first.RefreshToken.Reveal());
        await host.ShouldStillExchangeAsync(answer.RefreshToken!);
    }
}
