using RefreshTokenRotation.AspNetCore.Tests.Support;

namespace RefreshTokenRotation.AspNetCore.Tests.OAuth;

/// <summary>A client whose processes share a refresh token, at the token endpoint.</summary>
public sealed class AgentClientTests
{
    [TestCase(5, 2)]
    [TestCase(10, 5)]
    [TestCase(15, 7)]
    [TestCase(60, 31)]
    public void Generations_have_room_for_so_many_processes(int minutes, int processes) =>
        StartupWarnings.ProcessesOf(RotationPolicy.Agents, TimeSpan.FromMinutes(minutes)).Should().Be(processes);

    [TestCase(5, true)]
    [TestCase(10, false)]
    public async Task Client_whose_generations_are_too_few_is_warned_of_at_start(int minutes, bool isWarned)
    {
        await using var host = await TestHost.StartAsync(setup =>
        {
            setup.Policy(RotationPolicy.Agents);
            setup.Issuer.DefaultLifetime = TimeSpan.FromMinutes(minutes);
        });

        var warnings = host.Logs.Of(339).Select(entry => entry.Message).ToArray();
        (warnings.Length > 0).Should().Be(isWarned);
        if (isWarned)
        {
            warnings.Should().Contain(message => message.Contains("spa") && message.Contains("2 processes") && message.Contains("32 generations"));
        }
    }

    [Test]
    public async Task Client_without_generations_is_never_warned_of()
    {
        await using var host = await TestHost.StartAsync(setup => setup.Policy(RotationPolicy.Spa));

        host.Logs.Of(339).Should().BeEmpty();
    }

    [Test]
    public async Task Process_that_comes_too_late_gets_a_description_that_helps_it()
    {
        await using var host = await TestHost.StartAsync(setup => setup.Policy(RotationPolicy.Agents));
        var issued = await host.Tokens.IssueAsync(new IssueRequest { Subject = "alice", ClientId = Clients.Public });
        var current = await host.RefreshAsync(issued.RefreshToken.Reveal());
        host.Time.Advance(TimeSpan.FromHours(3));

        var late = await host.RefreshAsync(issued.RefreshToken.Reveal());
        var other = await host.RefreshAsync(current.RefreshToken!);

        (late.Error, other.Error).Should().Be(("invalid_grant", "invalid_grant"));
        late.Member("error_description").Should().Contain("invalid refresh token").And.Contain("replaced too long ago");
        other.Text.Should().Be(late.Text);
    }

    [Test]
    public async Task Client_without_generations_learns_nothing_of_a_replay()
    {
        await using var host = await TestHost.StartAsync(setup => setup.Policy(RotationPolicy.Spa));
        var issued = await host.Tokens.IssueAsync(new IssueRequest { Subject = "alice", ClientId = Clients.Public });
        await host.RefreshAsync(issued.RefreshToken.Reveal());
        host.Time.Advance(TimeSpan.FromHours(3));

        (await host.RefreshAsync(issued.RefreshToken.Reveal())).Text.Should().Be((await host.RefreshAsync("rtr_unknown")).Text);
    }
}
