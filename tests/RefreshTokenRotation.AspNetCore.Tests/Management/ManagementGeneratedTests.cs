using System.Globalization;
using Microsoft.Extensions.Logging;
using RefreshTokenRotation.AspNetCore.Tests.Support;

namespace RefreshTokenRotation.AspNetCore.Tests.Management;

/// <summary>Requests that nobody thought of. <c>GENERATED_REQUESTS</c> sets how many, <c>GENERATED_SEED</c> which.</summary>
public sealed class ManagementGeneratedTests
{
    private static readonly int[] Expected = [200, 202, 204, 400, 403, 404, 405, 412, 413, 415];

    [Test]
    public async Task Generated_requests_give_no_error_of_the_server()
    {
        var (count, seed) = (Setting("GENERATED_REQUESTS", 4_000), Setting("GENERATED_SEED", 20260202));
        await using var host = await Admin.StartAsync(setup =>
        {
            setup.LogLevel = LogLevel.Warning;
            setup.Endpoints(options => options.MaximumBodySize = 4096);
        });
        var ids = new List<string>();
        for (var i = 0; i < 200; i++)
        {
            ids.Add((await host.Tokens.IssueAsync(new IssueRequest { Subject = i % 3 == 0 ? "alice" : $"user{i}", ClientId = "spa" })).Id());
        }

        var answers = new int[600];
        await Parallel.ForEachAsync(Enumerable.Range(0, count), new ParallelOptions { MaxDegreeOfParallelism = 4 }, async (i, _) =>
        {
            var request = new ManagementRequestGenerator(new Random(unchecked((seed * 31) + (i * 486187739))), [.. ids]).Next();
            var about = $"{request.Method} {request.RequestUri} of request {i} of seed {seed}";
            var answer = await host.SendAsync(request);

            // What the server itself refuses in a path, and paths that lead elsewhere, never reach an endpoint.
            Expected.Should().Contain((int)answer.Status, "this is {0}, answered {1}", about, answer.Text);
            if (answer.Header("Cache-Control") is { } caching)
            {
                caching.Should().Be("no-store");
                Interlocked.Increment(ref answers[(int)answer.Status]);
            }
            else
            {
                ((int)answer.Status).Should().BeOneOf([400, 404], "this is {0}", about);
                answer.Body.Should().BeEmpty("this is {0}", about);
            }
        });

        TestContext.Out.WriteLine(string.Join(' ', Expected.Select(status => $"{status}: {answers[status]}")));
        host.Logs.Entries.Where(entry => entry.Level >= LogLevel.Error).Should().BeEmpty("seed {0}", seed);
        Expected.Should().OnlyContain(status => answers[status] > 0, "the generator reaches every answer; seed {0}", seed);
        (await host.AdminAsync("GET", "/clients/spa")).ShouldBe(200);
    }

    private static int Setting(string name, int value) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : value;
}
