using System.Globalization;
using Microsoft.Extensions.Logging;
using RefreshTokenRotation.AspNetCore.Tests.Support;

namespace RefreshTokenRotation.AspNetCore.Tests;

/// <summary>Requests that nobody thought of. <c>GENERATED_REQUESTS</c> sets how many, <c>GENERATED_SEED</c> which.</summary>
public sealed class GeneratedRequestTests
{
    private static readonly int[] Expected = [200, 204, 400, 401, 405, 413, 415];

    [Test]
    public async Task Generated_requests_give_no_error_of_the_server()
    {
        var (count, seed) = (Setting("GENERATED_REQUESTS", 3_000), Setting("GENERATED_SEED", 20260101));
        var grant = new StubGrantHandler();
        await using var host = await TestHost.StartAsync(setup =>
        {
            setup.LogLevel = LogLevel.Warning;
            setup.Build = grant.AddTo;
            setup.Policy(RotationPolicy.Spa);
            setup.Endpoints(options => (options.AllowJsonBodies, options.MaximumBodySize) = (true, 4096));
        });
        var tokens = new[] { await host.IssueAsync(), await host.IssueAsync(Clients.Confidential), await host.IssueAsync(Clients.OtherPublic) }
            .Select(issued => issued.RefreshToken.Reveal()).ToArray();
        var answers = new int[600];

        await Parallel.ForEachAsync(Enumerable.Range(0, count), new ParallelOptions { MaxDegreeOfParallelism = 4 }, async (i, _) =>
        {
            var request = new RequestGenerator(new Random(HashCode(seed, i)), tokens).Next();
            Answer answer;
            try
            {
                answer = await host.SendAsync(request);
            }
            catch (Exception fault)
            {
                throw new InvalidOperationException($"Request {i} of seed {seed} got no answer.", fault);
            }

            Expected.Should().Contain((int)answer.Status, "request {0} of seed {1} is answered {2}", i, seed, answer.Text);
            answer.Header("Cache-Control").Should().Be("no-store", "request {0} of seed {1}", i, seed);
            Interlocked.Increment(ref answers[(int)answer.Status]);
        });

        TestContext.Out.WriteLine(string.Join(' ', Expected.Select(status => $"{status}: {answers[status]}")));
        host.Logs.Entries.Where(entry => entry.Level >= LogLevel.Error).Should().BeEmpty("seed {0}", seed);
        Expected.Should().OnlyContain(status => answers[status] > 0, "the generator reaches every answer; seed {0}", seed);
        ((int)(await host.RefreshAsync((await host.IssueAsync()).RefreshToken.Reveal())).Status).Should().Be(200);
    }

    /// <summary>The framework's own combination of hashes differs from process to process.</summary>
    private static int HashCode(int seed, int i) => unchecked((seed * 31) + (i * 486187739));

    private static int Setting(string name, int value) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : value;
}
