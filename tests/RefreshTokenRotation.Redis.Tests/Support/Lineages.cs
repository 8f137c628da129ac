using Microsoft.Extensions.DependencyInjection;
using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.Redis.Tests.Support;

/// <summary>Clients that exchange without end while something happens to the servers, and what they were answered.</summary>
internal sealed class Lineages : IAsyncDisposable
{
    /// <summary>Between two looks at what takes its time, so that looking takes no processor.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    private readonly List<RefreshToken>[] _lineages;
    private readonly IRefreshTokenService _engine;
    private readonly CancellationTokenSource _stop = new();
    private Task _workers = Task.CompletedTask;
    private int _answers;

    private Lineages(ServiceProvider node, int count)
    {
        _engine = node.GetRequiredService<IRefreshTokenService>();
        _lineages = [.. Enumerable.Range(0, count).Select(_ => new List<RefreshToken>())];
    }

    public int Answers => Volatile.Read(ref _answers);

    /// <summary>Logs in, a user each.</summary>
    public static async Task<Lineages> LogInAsync(ServiceProvider node, IReadOnlyList<string> users)
    {
        var lineages = new Lineages(node, users.Count);
        for (var i = 0; i < users.Count; i++)
        {
            lineages._lineages[i].Add((await lineages._engine.IssueAsync(new IssueRequest { Subject = users[i], ClientId = "spa" })).RefreshToken);
        }

        return lineages;
    }

    /// <summary>Begins to exchange, each user's tokens one after the other.</summary>
    public void Start() => _workers = Task.WhenAll(_lineages.Select(lineage => Task.Run(() => ExchangeAsync(lineage))));

    /// <summary>Waits for so many more answers, or for a worker that fails.</summary>
    public async Task AnswerAsync(int more)
    {
        var wanted = Answers + more;
        await UntilAsync(() => Answers >= wanted);
    }

    /// <summary>Waits until each has so many more answers, or for a worker that fails.</summary>
    public async Task AnswerEachAsync(int more)
    {
        var wanted = _lineages.Select(lineage => lineage.Count + more).ToArray();
        await UntilAsync(() => _lineages.Zip(wanted).All(pair => pair.First.Count >= pair.Second));
    }

    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await _workers;
    }

    /// <summary>The last answered token of each, or the one that it was exchanged for unanswered, is current; it goes on in the one lineage; and an old one is
    /// known for what it is.</summary>
    public async Task CheckAsync(ServiceProvider node)
    {
        var engine = node.GetRequiredService<IRefreshTokenService>();
        foreach (var lineage in _lineages)
        {
            lineage.Count.Should().BeGreaterThan(2);

            // A connection that the killed server had is found broken.
            var succeeded = await Eventually.AnsweredAsync(() => OnceAsync(engine, lineage[^1]));
            succeeded.Family.Generation.Should().Be(lineage.Count);
            (await RejectAsync(engine, lineage[0])).Should().Be(RejectionReason.ReuseDetected);
            (await RejectAsync(engine, succeeded.RefreshToken)).Should().Be(RejectionReason.Revoked);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await ((Task)_workers).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }

    private async Task UntilAsync(Func<bool> holds)
    {
        await Eventually.HoldsAsync(
            async () =>
            {
                await Task.Delay(Pause);
                return holds() || _workers.IsCompleted;
            },
            "the clients are answered");
        if (_workers.IsCompleted)
        {
            await _workers;
        }
    }

    private async Task ExchangeAsync(List<RefreshToken> lineage)
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                var answer = await OnceAsync(_engine, lineage[^1]);
                answer.Family.Generation.Should().Be(lineage.Count);
                lineage.Add(answer.RefreshToken);
                Interlocked.Increment(ref _answers);
            }
            catch (RefreshTokenUnavailableException)
            {
                // Again, with the same token.
                await Task.Yield();
            }
        }
    }

    private static async ValueTask<ExchangeResult.Succeeded> OnceAsync(IRefreshTokenService engine, RefreshToken token) =>
        (await engine.ExchangeAsync(new ExchangeRequest { RefreshToken = token, ClientId = "spa" })).Should().BeOfType<ExchangeResult.Succeeded>().Subject;

    private static async Task<RejectionReason> RejectAsync(IRefreshTokenService engine, RefreshToken token) =>
        (await engine.ExchangeAsync(new ExchangeRequest { RefreshToken = token, ClientId = "spa" })).Should().BeOfType<ExchangeResult.Rejected>().Subject.Reason;
}
