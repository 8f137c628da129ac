using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.HttpLogging;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using RefreshTokenRotation.AspNetCore.Tests.Management;
using RefreshTokenRotation.AspNetCore.Tests.ResourceServer;
using RefreshTokenRotation.AspNetCore.Tests.Support;
using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.AspNetCore.Tests;

/// <summary>Requests that nobody thought of, one after the other over all endpoints. <c>GENERATED_REQUESTS</c> sets how many, <c>GENERATED_SEED</c> which.</summary>
public sealed partial class EveryEndpointGeneratedTests
{
    private const int RequestsOfAKey = 500;

    [Test]
    public async Task Generated_requests_give_no_error_of_the_server_and_no_token_to_a_log()
    {
        var (count, seed) = (Setting("GENERATED_REQUESTS", 4_000), Setting("GENERATED_SEED", 20260303));
        using var scan = new LogScan();
        await using var host = await StartAsync(scan);
        var ids = new List<string>();
        for (var i = 0; i < 50; i++)
        {
            ids.Add((await host.Tokens.IssueAsync(new IssueRequest { Subject = i % 3 == 0 ? "alice" : $"user{i}", ClientId = Clients.Public })).Id());
        }

        var statuses = new SortedDictionary<int, int>();
        var kinds = new SortedDictionary<string, int>(StringComparer.Ordinal);
        var random = new Random(seed);
        for (var made = 0; made < count;)
        {
            using var client = new DPoPClient(host);
            var generator = new EveryEndpointGenerator(random, client, [.. ids]);
            for (var i = 0; i < RequestsOfAKey && made < count; i++, made++)
            {
                var request = generator.Next();
                var about = $"{request.Method} {request.RequestUri}, request {made} of seed {seed}";
                Answer answer;
                try
                {
                    answer = await host.SendAsync(request);
                }
                catch (Exception fault)
                {
                    throw new InvalidOperationException($"There is no answer to {about}.", fault);
                }

                ((int)answer.Status).Should().BeLessThan(500, "nothing is down; this is {0}, answered {1}", about, answer.Text);
                statuses[(int)answer.Status] = statuses.GetValueOrDefault((int)answer.Status) + 1;
                generator.Learn(answer);
            }

            foreach (var (kind, requests) in generator.Counts)
            {
                kinds[kind] = kinds.GetValueOrDefault(kind) + requests;
            }
        }

        await host.StopAsync();
        TestContext.Out.WriteLine($"{count} requests of seed {seed}; {string.Join(", ", kinds.Select(kind => $"{kind.Key} {kind.Value}"))}");
        TestContext.Out.WriteLine($"answers: {string.Join(", ", statuses.Select(status => $"{status.Key}: {status.Value}"))}; {scan.Count} log lines");
        statuses.Keys.Should().Contain([200, 204, 400, 401, 405, 413, 415], "the generator reaches every answer");
        statuses[200].Should().BeGreaterThan(count / 10, "a generator whose requests all fail shows little");
        kinds.Should().HaveCount(6);
        scan.Count.Should().BeGreaterThan(count);
        scan.Findings.Should().BeEmpty("no log holds a token or a secret; seed {0}", seed);
        host.Logs.Entries.Should().BeEmpty("nothing is an error of the server; seed {0}", seed);
        scan.LogInformation("{Value}", "rtr_0123456789abcdef");
        scan.Findings.Should().ContainSingle("the scan can find one");
    }

    private static Task<TestHost> StartAsync(LogScan scan) => ProtectedApi.StartAsync(
        static options => options.CacheTime = TimeSpan.Zero,
        setup =>
        {
            setup.Endpoints(static options => (options.AllowJsonBodies, options.MaximumBodySize) = (true, 4096));
            setup.Build = rotation =>
            {
                new StubGrantHandler().AddTo(rotation);
                rotation.AddDPoP();
                rotation.Services.AddSingleton<IJsonWebKeySetSource, EmptyKeySet>();
                rotation.Services.AddHttpLogging(static options => options.LoggingFields = HttpLoggingFields.All);
                rotation.Services.AddLogging(logging => logging.AddProvider(scan).AddFilter<LogCapture>(static level => level >= LogLevel.Error));
                Admin.AddAuthentication(rotation);
            };
        },
        pipeline: static app =>
        {
            app.UseHttpLogging();
            app.UseAccessTokenDenyList();
            app.UseRecoveryConfirmation();
            app.MapRefreshTokenManagement(Admin.Policy);
        });

    private static int Setting(string name, int value) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : value;

    private sealed class EmptyKeySet : IJsonWebKeySetSource
    {
        public ValueTask<string> GetJsonWebKeySetAsync(CancellationToken cancellationToken) => new("""{"keys":[]}""");
    }

    /// <summary>Looks for tokens and secrets in every line at every level, and keeps none but those that hold one.</summary>
    private sealed partial class LogScan : ILoggerProvider, ILogger
    {
        private readonly List<string> _findings = [];
        private int _count;

        public int Count => _count;

        public IReadOnlyList<string> Findings => _findings;

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            Interlocked.Increment(ref _count);
            var values = state is IReadOnlyList<KeyValuePair<string, object?>> pairs ? string.Join('\n', pairs.Select(static pair => $"{pair.Key}={pair.Value}")) : string.Empty;
            var text = $"{formatter(state, exception)}\n{values}\n{exception}";
            if (Secrets().IsMatch(text))
            {
                lock (_findings)
                {
                    _findings.Add(text);
                }
            }
        }

        public void Dispose()
        {
        }

        /// <summary>Refresh tokens, the access and ID tokens of the stub, and the clients' secrets, escaped or not.</summary>
        [GeneratedRegex(@"rtr_[A-Za-z0-9_-]{16}|(?<![A-Za-z0-9])(at|idt)-[0-9]|secret of the conf|secret%20of%20the|another secret|another%20secret")]
        private static partial Regex Secrets();
    }
}
