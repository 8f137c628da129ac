using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using AuthorizationServer.Tests.Support;
using RefreshTokenRotation.Tests.Support;

namespace AuthorizationServer.Tests.Generated;

/// <summary>Requests that nobody thought of, at every endpoint. <c>GENERATED_REQUESTS</c> sets how many, <c>GENERATED_SEED</c> which.</summary>
[TestFixture]
internal sealed class GeneratedRequestTests
{
    private const int PerWorld = 250;

    [Test]
    public async Task Generated_requests_give_no_error_of_the_server()
    {
        var (count, seed) = (Setting("GENERATED_REQUESTS", 4_000), Setting("GENERATED_SEED", 20261128));
        var routes = await SampleRoutes.ReadAsync();
        await using var server = await ServerProcess.StartAsync([.. SharedServer.InMemory, "--MetricsToken", "scrape"]);
        var origin = new Uri(server.Origin);
        var (answers, words, failures) = (new int[600], new ConcurrentDictionary<string, int>(StringComparer.Ordinal), new ConcurrentQueue<string>());

        await Parallel.ForEachAsync(Enumerable.Range(0, (count + PerWorld - 1) / PerWorld), new ParallelOptions { MaxDegreeOfParallelism = 4 }, async (part, _) =>
        {
            var world = await World.CreateAsync(server.Origin);
            using var connection = new RawConnection(origin);
            for (var i = part * PerWorld; i < Math.Min(count, (part + 1) * PerWorld); i++)
            {
                var generator = new RequestGenerator(new Random(unchecked((seed * 31) + (i * 486187739))), world, routes, origin.Authority, word => words.AddOrUpdate(word, 1, (_, times) => times + 1));
                var (bytes, isHead) = generator.Next();
                var status = await connection.SendAsync(bytes, isHead);
                Interlocked.Increment(ref answers[status]);
                if (status is 0 or 500 or > 501 and not 505)
                {
                    failures.Enqueue($"request {i} of seed {seed} is answered {status}:\n{Encoding.Latin1.GetString(bytes)}");
                }
            }
        });

        TestContext.Out.WriteLine(string.Join(' ', Enumerable.Range(0, answers.Length).Where(status => answers[status] > 0).Select(status => $"{status}: {answers[status]}")));
        failures.Should().BeEmpty();
        server.Output.Should().NotContain("unhandled exception").And.NotContain("fail:");
        string[] expected =
        [
            .. routes.Select(route => $"route {route.Method} {route.Path}"),
            .. RequestVocabulary.Files.Select(file => $"route GET {file}"),
            .. RequestVocabulary.Methods.Select(method => $"method {method}"),
            .. RequestVocabulary.Parameters.Keys.Select(name => $"parameter {name}"),
            .. RequestVocabulary.Headers.Keys.Select(name => $"header {name}"),
            .. RequestVocabulary.ContentTypes.Select(type => $"type {type}"),
        ];
        expected.Where(word => !words.ContainsKey(word)).Should().BeEmpty("every word of the vocabulary is in some request");
        ((int[])[200, 202, 204, 302, 303, 400, 401, 403, 404, 405, 413]).Where(status => answers[status] == 0).Should().BeEmpty("the requests reach every kind of answer");
        using var backend = new Backend(server.Origin);
        (await backend.PasswordAsync())["access_token"].Should().NotBeNull("the server still works");
    }

    private static int Setting(string name, int value) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : value;
}
