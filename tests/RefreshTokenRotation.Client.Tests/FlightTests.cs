using RefreshTokenRotation.Client.Tests.Support;
using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.Client.Tests;

/// <summary>One exchange for all who wait.</summary>
[TestFixture]
internal sealed class FlightTests
{
    [Test]
    public async Task Parallel_calls_share_one_exchange()
    {
        await using var app = new TestApp();
        await app.SignInAsync();

        var tokens = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => Task.Run(() => app.TokenAsync())));

        tokens.Distinct().Should().Equal("at-2");
        app.Server.Presented.Should().Equal("rt-1");
    }

    [Test]
    public async Task Parallel_refusals_by_the_api_cause_one_exchange_and_all_requests_succeed()
    {
        await using var app = new TestApp();
        await app.SignInAsync(accessToken: "old");
        app.Api.Accepts = static token => token == "at-2";

        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => Task.Run(() => app.Http.GetStringAsync("thing"))));

        answers.Distinct().Should().Equal("at-2");
        app.Server.Presented.Should().Equal("rt-1");
    }

    [Test]
    public async Task Cancellation_of_the_first_caller_ends_its_wait_and_not_the_flight()
    {
        await using var app = new TestApp();
        await app.SignInAsync();
        var (arrived, go) = (new TaskCompletionSource(), new TaskCompletionSource());
        app.Server.Before = () =>
        {
            arrived.TrySetResult();
            return go.Task;
        };
        using var cancel = new CancellationTokenSource();
        var first = app.Client.GetTokenAsync(cancellationToken: cancel.Token).AsTask();
        await arrived.Task.WaitAsync(Eventually.Patience);
        var second = app.TokenAsync();

        await cancel.CancelAsync();

        await first.Awaiting(static task => task).Should().ThrowAsync<OperationCanceledException>();
        go.SetResult();
        (await second.WaitAsync(Eventually.Patience)).Should().Be("at-2");
        app.Server.Presented.Should().Equal("rt-1");
    }

    [Test]
    public async Task Two_scopes_in_flight_get_their_own_tokens_and_take_turns_with_the_refresh_token()
    {
        await using var app = new TestApp();
        await app.SignInAsync();
        var targets = Enumerable.Range(0, 8).Select(static i => new TokenTarget(i % 2 == 0 ? null : "https://api.example/", $"scope{i}")).ToArray();

        var results = await Task.WhenAll(Enumerable.Range(0, 80).Select(i => Task.Run(async () => (Target: targets[i % 8], Result: await app.Client.GetTokenAsync(targets[i % 8])))));

        foreach (var (target, result) in results)
        {
            result.Should().BeOfType<TokenResult.Succeeded>().Which.Token.Scope.Should().Be($"{target.Scope}|{target.Resource}".Trim('|'));
        }

        app.Server.Presented.Should().Equal(Enumerable.Range(1, 8).Select(static i => $"rt-{i}"));
    }

    [Test]
    public async Task Order_and_repetition_of_scopes_name_one_target()
    {
        await using var app = new TestApp();
        await app.SignInAsync();

        (await app.TokenAsync(new TokenTarget(null, "b a"))).Should().Be(await app.TokenAsync(new TokenTarget(null, " a  b a")));

        app.Server.Requests.Should().ContainSingle().Which["scope"].Should().Be("a b");
    }

    [Test]
    public async Task Flight_carries_nothing_of_its_first_caller()
    {
        var ambient = new AsyncLocal<string?>();
        await using var app = new TestApp();
        await app.SignInAsync();
        var seen = "nothing yet";
        app.Server.Before = () =>
        {
            seen = ambient.Value;
            return Task.CompletedTask;
        };
        ambient.Value = "the first caller";

        await app.TokenAsync();

        seen.Should().BeNull();
    }

    [Test]
    public async Task Token_near_its_end_is_used_while_one_flight_fetches_the_next()
    {
        await using var app = new TestApp();
        await app.SignInAsync(accessToken: "old", expiresIn: TimeSpan.FromMinutes(10));
        var (arrived, go) = (new TaskCompletionSource(), new TaskCompletionSource());
        app.Server.Before = () =>
        {
            arrived.TrySetResult();
            return go.Task;
        };
        app.Time.Advance(TimeSpan.FromMinutes(9));

        (await app.TokenAsync()).Should().Be("old");
        (await app.TokenAsync()).Should().Be("old");
        await arrived.Task.WaitAsync(Eventually.Patience);
        app.Time.Advance(TimeSpan.FromSeconds(56));
        var waiting = app.TokenAsync(); // the margin before the end: the old one might end on its way
        go.SetResult();

        (await waiting.WaitAsync(Eventually.Patience)).Should().Be("at-2");
        app.Server.Presented.Should().Equal("rt-1");
    }

    [Test]
    public async Task Token_that_another_process_got_is_used_without_an_exchange()
    {
        var store = new InMemoryTokenSessionStore();
        var time = new Harness.SteppedTime();
        var server = new StubServer();
        await using var one = new TestApp(store, server: server, time: time);
        await using var other = new TestApp(store, server: server, time: time);
        await one.SignInAsync(accessToken: "old");
        (await other.TokenAsync()).Should().Be("old");
        one.Api.Accepts = other.Api.Accepts = static token => token == "at-2";
        await one.Http.GetStringAsync("thing");

        (await other.Http.GetStringAsync("thing")).Should().Be("at-2");

        server.Presented.Should().Equal("rt-1");
    }

    [Test]
    public async Task Two_processes_at_once_exchange_once()
    {
        var store = new InMemoryTokenSessionStore();
        var time = new Harness.SteppedTime();
        var server = new StubServer();
        var apps = Enumerable.Range(0, 8).Select(_ => new TestApp(store, server: server, time: time)).ToList();
        await apps[0].SignInAsync();

        var tokens = await Task.WhenAll(apps.Select(app => Task.Run(() => app.TokenAsync())));

        tokens.Distinct().Should().Equal("at-2");
        server.Presented.Should().Equal("rt-1");
        foreach (var app in apps)
        {
            await app.DisposeAsync();
        }
    }

    [Test]
    public async Task New_refresh_token_is_stored_before_the_access_token_is_used()
    {
        await using var app = new TestApp();
        await app.SignInAsync();
        string? storedAtUse = null;
        app.Api.Accepts = _ =>
        {
            storedAtUse = app.StoredAsync().GetAwaiter().GetResult();
            return true;
        };

        await app.Http.GetStringAsync("thing");

        storedAtUse.Should().Be("rt-2");
    }
}
