using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using RefreshTokenRotation.AspNetCore.Tests.Support;

namespace RefreshTokenRotation.AspNetCore.Tests.OAuth;

/// <summary>Grants, hooks, handlers and claims that need a scoped service, as a <c>UserManager</c> and every <c>DbContext</c> are.</summary>
[TestFixture]
internal sealed class ScopedServiceTests
{
    [TestCase("Development")]
    [TestCase("Production")]
    public async Task Log_ins_and_refreshes_in_parallel_each_use_the_scope_of_their_request(string environment)
    {
        const int Calls = 200;
        await using var host = await StartAsync(environment);
        var uses = host.Services.GetRequiredService<Uses>();

        var tokens = await Task.WhenAll(Enumerable.Range(0, Calls).Select(i => LogInAsync(host, $"user-{i}")));
        var answers = await Task.WhenAll(tokens.Select(token => host.RefreshAsync(token)));

        answers.Should().OnlyContain(answer => answer.Status == System.Net.HttpStatusCode.OK);
        uses.Overlaps.Should().Be(0);
        uses.ByGrant.Should().HaveCount(Calls).And.OnlyHaveUniqueItems();
        uses.ByHook.Should().HaveCount(Calls).And.OnlyHaveUniqueItems();
        uses.ByGrant.Should().NotIntersectWith(uses.ByHook);
        await host.StopAsync();
        uses.ByHandler.Should().HaveCount(2 * Calls).And.OnlyHaveUniqueItems("each event has a scope of its own");
        uses.Alive.Should().Be(0);
    }

    [Test]
    public async Task Grant_of_no_known_type_is_refused_and_metadata_name_the_scoped_ones()
    {
        await using var host = await StartAsync("Development");

        (await host.TokenAsync($"grant_type=urn:example:none&client_id={Clients.Public}")).Error.Should().Be("unsupported_grant_type");
        (await host.Http.GetStringAsync(new Uri("/.well-known/oauth-authorization-server", UriKind.Relative))).Should().Contain(GrantHandler.Type);
    }

    private static Task<TestHost> StartAsync(string environment) => TestHost.StartAsync(setup =>
    {
        setup.Environment = environment;
        setup.Policy(RotationPolicy.Spa);
        setup.Build = rotation =>
        {
            rotation.Services.AddSingleton<Uses>().AddScoped<Database>();
            rotation.AddGrantTypeHandler<GrantHandler>().AddExchangeHook<Hook>().AddEventHandler<Handler>();
        };
    });

    private static async Task<string> LogInAsync(TestHost host, string user)
    {
        var answer = await host.TokenAsync($"grant_type={GrantHandler.Type}&client_id={Clients.Public}&user={user}&scope=offline_access");
        return answer.RefreshToken!;
    }

    /// <summary>Serves one call at a time, and ends with its scope.</summary>
    private sealed class Database : IDisposable
    {
        private readonly Uses _uses;
        private int _users;

        public Database(Uses uses)
        {
            _uses = uses;
            Number = Interlocked.Increment(ref uses.Made);
            Interlocked.Increment(ref uses.Alive);
        }

        public int Number { get; }

        public async ValueTask<int> QueryAsync()
        {
            if (Interlocked.Increment(ref _users) > 1)
            {
                Interlocked.Increment(ref _uses.Overlaps);
            }

            await Task.Yield();
            Interlocked.Decrement(ref _users);
            return Number;
        }

        public void Dispose() => Interlocked.Decrement(ref _uses.Alive);
    }

    private sealed class Uses
    {
        public int Made;
        public int Alive;
        public int Overlaps;

        public ConcurrentQueue<int> ByGrant { get; } = [];

        public ConcurrentQueue<int> ByHook { get; } = [];

        public ConcurrentQueue<int> ByHandler { get; } = [];
    }

    private sealed class GrantHandler(Database database, Uses uses) : IGrantTypeHandler
    {
        public const string Type = StubGrantHandler.Type;

        public string GrantType => Type;

        public async ValueTask<GrantTypeResult> AuthorizeAsync(GrantTypeContext context, CancellationToken cancellationToken)
        {
            uses.ByGrant.Enqueue(await database.QueryAsync());
            return new GrantTypeResult.Granted { Subject = context.Parameters["user"]!, Scopes = context.Scopes };
        }
    }

    private sealed class Hook(Database database, Uses uses) : IExchangeHook
    {
        public async ValueTask OnExchangeAsync(ExchangeHookContext context, CancellationToken cancellationToken) =>
            uses.ByHook.Enqueue(await database.QueryAsync());
    }

    private sealed class Handler(Database database, Uses uses) : IRefreshTokenEventHandler
    {
        public async ValueTask HandleAsync(RefreshTokenEvent refreshTokenEvent, CancellationToken cancellationToken) =>
            uses.ByHandler.Enqueue(await database.QueryAsync());
    }
}
