using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.AspNetCore.Tests.ResourceServer;

[TestFixture]
internal sealed class StatusCacheTests
{
    private static readonly Guid Family = new("0123456789abcdef0123456789abcdef");

    private FakeTime _time = null!;
    private ScriptedSource _source = null!;
    private LogCapture _logs = null!;
    private ResourceServerOptions _options = null!;

    [SetUp]
    public void SetUp() => (_time, _source, _logs, _options) = (new(), new(), new(), new());

    [TearDown]
    public void TearDown() => _logs.Dispose();

    [Test]
    public async Task Requests_that_come_together_share_one_question()
    {
        var answer = new TaskCompletionSource<AccessTokenStatus>();
        _source.Answer = _ => answer.Task;
        var cache = Cache();

        var waiting = Enumerable.Range(0, 20).Select(i => AskAsync(cache, $"token {i}")).ToArray();
        answer.SetResult(AccessTokenStatus.Active);

        (await Task.WhenAll(waiting)).Should().OnlyContain(status => status == AccessTokenStatus.Active);
        _source.Questions.Should().ContainSingle();
    }

    [Test]
    public async Task Request_that_gives_up_takes_nobody_with_it()
    {
        var answer = new TaskCompletionSource<AccessTokenStatus>();
        _source.Answer = _ => answer.Task;
        var cache = Cache();
        using var gone = new CancellationTokenSource();

        var first = AskAsync(cache, "a", cancellationToken: gone.Token);
        var second = AskAsync(cache, "a");
        await gone.CancelAsync();
        await FluentActions.Awaiting(() => first).Should().ThrowAsync<OperationCanceledException>();
        answer.SetResult(AccessTokenStatus.Ended);

        (await second).Should().Be(AccessTokenStatus.Ended);
    }

    [Test]
    public async Task Requests_without_a_cache_time_share_nothing()
    {
        _options.CacheTime = TimeSpan.Zero;
        var older = new TaskCompletionSource<AccessTokenStatus>();
        var cache = Cache();
        _source.Answer = _ => older.Task;
        var first = AskAsync(cache, "a");
        _source.Answer = _ => Task.FromResult(AccessTokenStatus.Ended);

        var second = AskAsync(cache, "a");
        second.IsCompleted.Should().BeTrue("it came after the family's end, and waits for no older question");
        (await second).Should().Be(AccessTokenStatus.Ended);
        older.SetResult(AccessTokenStatus.Active);

        (await first).Should().Be(AccessTokenStatus.Active);
        (await AskAsync(cache, "a")).Should().Be(AccessTokenStatus.Ended);
        _source.Questions.Should().HaveCount(2, "an older answer does not displace that the family has ended");
    }

    [Test]
    public async Task Inactive_token_says_nothing_of_the_others_of_its_family()
    {
        _source.Answer = request => Task.FromResult(request.AccessToken == "expired" ? AccessTokenStatus.Inactive : AccessTokenStatus.Active);
        var cache = Cache();

        (await AskAsync(cache, "expired")).Should().Be(AccessTokenStatus.Inactive);
        (await AskAsync(cache, "fresh")).Should().Be(AccessTokenStatus.Active);
        (await AskAsync(cache, "expired")).Should().Be(AccessTokenStatus.Inactive);
        (await AskAsync(cache, "fresh")).Should().Be(AccessTokenStatus.Active);
        _source.Questions.Should().HaveCount(2);
    }

    [Test]
    public async Task Those_who_waited_for_an_inactive_token_ask_for_their_own()
    {
        var expired = new TaskCompletionSource<AccessTokenStatus>();
        _source.Answer = request => request.AccessToken == "expired" ? expired.Task : Task.FromResult(AccessTokenStatus.Active);
        var cache = Cache();

        var first = AskAsync(cache, "expired");
        var second = AskAsync(cache, "fresh");
        expired.SetResult(AccessTokenStatus.Inactive);

        (await first).Should().Be(AccessTokenStatus.Inactive);
        (await second).Should().Be(AccessTokenStatus.Active);
    }

    [Test]
    public async Task Inactive_token_is_asked_for_again_after_the_cache_time()
    {
        _source.Answer = static _ => Task.FromResult(AccessTokenStatus.Inactive);
        var cache = Cache();
        (await AskAsync(cache, "not yet valid")).Should().Be(AccessTokenStatus.Inactive);

        _source.Answer = static _ => Task.FromResult(AccessTokenStatus.Active);
        _time.Advance(_options.CacheTime);

        (await AskAsync(cache, "not yet valid")).Should().Be(AccessTokenStatus.Active);
    }

    [Test]
    public async Task Answer_is_as_old_as_its_question()
    {
        var answer = new TaskCompletionSource<AccessTokenStatus>();
        _source.Answer = _ => answer.Task;
        var cache = Cache();
        var first = AskAsync(cache, "a");
        _time.Advance(TimeSpan.FromSeconds(1));
        answer.SetResult(AccessTokenStatus.Active);
        await first;

        _time.Advance(_options.CacheTime - TimeSpan.FromSeconds(1));
        await AskAsync(cache, "a");

        _source.Questions.Should().HaveCount(2);
    }

    [TestCase(0)]
    [TestCase(4)]
    public async Task Answer_that_is_none_is_an_outage(int status)
    {
        _source.Answer = _ => Task.FromResult((AccessTokenStatus)status);

        (await AskAsync(Cache(), "a")).Should().BeNull();
        _logs.Of(322).Should().ContainSingle();
    }

    [Test]
    public async Task Source_that_does_not_listen_is_left_alone()
    {
        var cache = Cache();
        await AskAsync(cache, "other", Guid.NewGuid());
        _source.Answer = static _ => new TaskCompletionSource<AccessTokenStatus>().Task;
        var question = AskAsync(cache, "a");

        _time.Advance(_options.SourceTimeout);

        (await question).Should().BeNull();
    }

    [Test]
    public async Task Source_of_a_cold_process_may_take_longer_until_the_first_question_has_ended()
    {
        var slow = new TaskCompletionSource<AccessTokenStatus>();
        _source.Answer = request => request.FamilyId == Family ? slow.Task : new TaskCompletionSource<AccessTokenStatus>().Task;
        var cache = Cache();
        var first = AskAsync(cache, "a");
        var second = AskAsync(cache, "b", Guid.NewGuid());

        _time.Advance(TimeSpan.FromSeconds(10) - TimeSpan.FromTicks(1));
        slow.SetResult(AccessTokenStatus.Active);
        (await first).Should().Be(AccessTokenStatus.Active);
        second.IsCompleted.Should().BeFalse();
        var third = AskAsync(cache, "c", Guid.NewGuid());
        _time.Advance(TimeSpan.FromTicks(1));
        (await second).Should().BeNull();
        third.IsCompleted.Should().BeFalse();
        _time.Advance(_options.SourceTimeout);

        (await third).Should().BeNull();
        _logs.Of(322).Select(static entry => entry.Exception!.Message).Should().Equal(
            "The source of access token statuses took longer than 00:00:10 (SourceTimeout is 00:00:02).",
            "The source of access token statuses took longer than 00:00:02 (SourceTimeout is 00:00:02).");
    }

    [Test]
    public async Task Source_that_is_down_from_the_start_is_waited_for_longer_only_once()
    {
        _source.Answer = static _ => new TaskCompletionSource<AccessTokenStatus>().Task;
        var cache = Cache();
        var first = AskAsync(cache, "a");
        _time.Advance(TimeSpan.FromSeconds(10));
        (await first).Should().BeNull();

        var second = AskAsync(cache, "a");
        _time.Advance(_options.SourceTimeout);

        (await second).Should().BeNull();
    }

    [Test]
    public async Task Number_of_families_that_are_remembered_is_bounded()
    {
        _options.CacheEntries = 100;
        var cache = Cache();
        _source.Answer = static request => Task.FromResult((AccessTokenStatus)(1 + (request.FamilyId.GetHashCode() & 1)));

        for (var i = 0; i < 1_000; i++)
        {
            await AskAsync(cache, $"{i}", Guid.NewGuid());
            await AskAsync(cache, "often");
        }

        cache.Count.Should().Be(100);
        _source.Questions.Should().HaveCount(1_001, "what is needed often is not forgotten");
    }

    [Test]
    public async Task Tenants_share_no_family()
    {
        _source.Answer = static request => Task.FromResult(request.TenantId == "a" ? AccessTokenStatus.Ended : AccessTokenStatus.Active);
        var cache = Cache();

        (await AskAsync(cache, "1", tenant: "a")).Should().Be(AccessTokenStatus.Ended);
        (await AskAsync(cache, "2", tenant: "b")).Should().Be(AccessTokenStatus.Active);
    }

    [Test]
    public async Task Question_shows_its_token_to_the_source_alone()
    {
        await AskAsync(Cache(), "the token");

        var question = _source.Questions.Single();
        question.AccessToken.Should().Be("the token");
        question.ToString().Should().Be($"family {Family:N}");
        System.Text.Json.JsonSerializer.Serialize(question).Should().NotContain("the token");
    }

    private StatusCache Cache() => new(_source, Options.Create(_options), _time, new RevocationSignal(), new Logger<StatusCache>(_logs));

    private async Task<AccessTokenStatus?> AskAsync(
        StatusCache cache, string token, Guid? family = null, string tenant = "", CancellationToken cancellationToken = default)
    {
        var presented = new PresentedFamily(new FamilyKey(tenant, family ?? Family), 1, _time.GetUtcNow() + TimeSpan.FromHours(1));
        return (await cache.GetAsync(presented, token, cancellationToken)).Status;
    }
}
