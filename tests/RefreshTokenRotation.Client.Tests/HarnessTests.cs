using RefreshTokenRotation.Client.Harness;
using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.Client.Tests;

/// <summary>The runs of the harness, scaled down. Their full figures: <c>dotnet run -c Release --project tests/RefreshTokenRotation.Client.Harness -- processes | kill | network | agents</c>.</summary>
[TestFixture]
internal sealed class HarnessTests
{
    [Test]
    public async Task Processes_over_one_file_exchange_once_for_each_expiry()
    {
        var result = await ProcessesRun.RunAsync(ProcessesRun.Ours, RotationPolicy.Strict, processes: 4, requests: 25, expiries: 25);

        (result.WrongExpiries, result.Reuses, result.LogOuts, result.FailedRequests).Should().Be((0, 0, 0, 0), result.ToString());
        result.Exchanges.Should().Be(25);
    }

    [TestCase(ProcessesRun.Duende)]
    [TestCase(ProcessesRun.Mcp)]
    public async Task Clients_without_a_lock_across_processes_lose_the_session(string kind)
    {
        // Two exchanges meet at the server, so that the test needs no luck.
        var (count, met) = (0, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        var result = await ProcessesRun.RunAsync(kind, RotationPolicy.Strict, processes: 2, requests: 2, expiries: 4, gate: async (context, next) =>
        {
            if (Interlocked.Increment(ref count) == 2)
            {
                met.SetResult();
            }

            await met.Task.WaitAsync(Eventually.Patience);
            await next(context);
        });

        result.Reuses.Should().BePositive(result.ToString());
        result.LogOuts.Should().BePositive(result.ToString());
    }

    [Test]
    public async Task Kill_loses_only_answers_in_flight_where_the_server_has_no_leeway()
    {
        var result = await KillRun.RunAsync(RotationPolicy.Strict, points: 8, seed: 1);

        result.InFlight.Should().BeGreaterThanOrEqualTo(2, "every fourth kill waits for it");
        (result.LostInFlight, result.LostOtherwise).Should().Be((result.InFlight, 0), result.ToString());
    }

    [TestCase("Spa")]
    [TestCase("Mobile")]
    public async Task Kill_loses_nothing_where_the_server_has_leeway(string policy)
    {
        var result = await KillRun.RunAsync(Policies.All.Single(named => named.Name == policy).Policy, points: 8, seed: 2);

        result.InFlight.Should().BeGreaterThanOrEqualTo(2);
        (result.LostInFlight, result.LostOtherwise).Should().Be((0, 0), result.ToString());
    }

    [TestCase("Spa")]
    [TestCase("Mobile")]
    public async Task Bad_network_causes_no_log_out_that_a_client_could_avoid(string policy)
    {
        var result = await NetworkRun.RunAsync(Policies.All.Single(named => named.Name == policy).Policy, days: 5, devices: 2, seed: 7);

        result.Faults.Should().HaveCountGreaterThan(9, "every fault occurs");
        result.LogOuts.Should().NotContainKey(SimulatedNetwork.Avoidable, result.ToString());
    }

    /// <summary>The server is the sample, on a clock of the test's: each process is as late as the run says, on any machine.</summary>
    [Test]
    public async Task Processes_of_an_agent_on_the_sample_are_logged_out_again_and_again_but_under_agents()
    {
        await using var server = await AgentsServer.StartAsync();
        var strict = await AgentsRun.RunAsync(server, AgentsRun.Fetch, "Strict", days: 1, hours: 4, processes: 2);
        strict.ForcedLogIns.Should().BeGreaterThan(1, strict.ToString());
        foreach (var kind in AgentsRun.Kinds)
        {
            var agents = await AgentsRun.RunAsync(server, kind, "Agents", days: 1, hours: 4, processes: 2);

            (agents.ForcedLogIns, agents.Reuses).Should().Be((0, 0), $"{kind}: {agents}");
            agents.Exchanges.Should().BeGreaterThan(5, $"{kind}: {agents}");
        }
    }
}
