using RefreshTokenRotation.PostgreSql.Internal;
using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.PostgreSql.Tests;

/// <summary>Which calls go together and when, without a database.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class StatementQueueTests
{
    [Test]
    public async Task Call_that_meets_no_other_goes_alone_and_at_once()
    {
        using var queue = new TestQueue();
        for (var call = 0; call < 3; call++)
        {
            var answer = queue.Add(call);
            queue.Last.Should().Equal(call);
            queue.EndLast();
            (await answer).Should().Be($"{call} alone");
        }
    }

    [Test]
    public async Task Calls_that_arrive_meanwhile_go_together_once_they_are_as_many_as_are_under_way()
    {
        using var queue = new TestQueue();
        var answers = Enumerable.Range(0, 15).Select(call => queue.Add(call)).ToArray();
        await queue.BeginAsync(statements: 4);
        queue.Statements.Select(statement => statement.Calls).Should().BeEquivalentTo<int[]>([[0], [1], [2, 3], [4, 5, 6, 7]]);

        foreach (var statement in queue.Statements)
        {
            statement.End.SetResult();
        }

        await queue.BeginAsync(statements: 5);
        queue.Last.Should().Equal(8, 9, 10, 11, 12, 13, 14);
        queue.EndLast();
        (await Task.WhenAll(answers)).Should().Equal(Enumerable.Range(0, 15).Select(call => call < 2 ? $"{call} alone" : $"{call} together"));
    }

    [Test]
    public async Task Statement_takes_no_more_calls_than_its_bound()
    {
        using var queue = new TestQueue();
        var answers = Enumerable.Range(0, 400).Select(call => queue.Add(call)).ToArray();
        await queue.EndAllAsync(answers);

        queue.Statements.Max(statement => statement.Calls.Count).Should().Be(TestQueue.MaxBatch);
        queue.Statements.SelectMany(statement => statement.Calls).Order().Should().Equal(Enumerable.Range(0, 400));
    }

    [Test]
    public async Task Call_cancelled_while_it_waits_is_answered_at_once_and_never_runs()
    {
        using var queue = new TestQueue();
        using var cancellation = new CancellationTokenSource();
        Task<string>[] others = [queue.Add(0), queue.Add(1)];
        var cancelled = queue.Add(2, cancellation.Token);
        await cancellation.CancelAsync();

        await FluentActions.Awaiting(() => cancelled.WaitAsync(Eventually.Patience)).Should().ThrowAsync<OperationCanceledException>();
        var last = queue.Add(3);
        await queue.EndAllAsync([.. others, last]);

        (await last).Should().Be("3 together");
        queue.Statements.SelectMany(statement => statement.Calls).Should().BeEquivalentTo([0, 1, 3]);
    }

    [Test]
    public async Task Call_cancelled_while_its_statement_runs_is_answered_at_once_and_the_others_of_the_statement_by_its_end()
    {
        using var queue = new TestQueue();
        using var cancellation = new CancellationTokenSource();
        Task<string>[] others = [queue.Add(0), queue.Add(1), queue.Add(2)];
        var cancelled = queue.Add(3, cancellation.Token);
        await queue.BeginAsync(statements: 3);
        await cancellation.CancelAsync();

        await FluentActions.Awaiting(() => cancelled.WaitAsync(Eventually.Patience)).Should().ThrowAsync<OperationCanceledException>();
        others[2].IsCompleted.Should().BeFalse();
        await queue.EndAllAsync(others);
        (await others[2]).Should().Be("2 together");
    }

    [Test]
    public async Task Call_that_is_cancelled_before_it_comes_runs_nowhere()
    {
        using var queue = new TestQueue();

        await FluentActions.Awaiting(() => queue.Add(0, new CancellationToken(canceled: true))).Should().ThrowAsync<OperationCanceledException>();

        queue.Statements.Should().BeEmpty();
    }

    [Test]
    public async Task Fault_that_leaves_the_outcome_open_is_the_answer_to_each_call_of_the_statement()
    {
        using var queue = new TestQueue();
        var answers = Enumerable.Range(0, 4).Select(call => queue.Add(call)).ToArray();
        await queue.BeginAsync(statements: 3);
        var fault = new TimeoutException();
        queue.Statements.Single(statement => statement.Calls.Count == 2).End.SetException(fault);

        foreach (var answer in answers[2..])
        {
            (await FluentActions.Awaiting(() => answer.WaitAsync(Eventually.Patience)).Should().ThrowAsync<TimeoutException>()).Which.Should().BeSameAs(fault);
        }

        await queue.EndAllAsync(answers[..2]);
    }

    [Test]
    public async Task Other_fault_and_no_answer_send_each_call_alone([Values] bool fails)
    {
        using var queue = new TestQueue { Answers = call => call != 3 };
        var answers = Enumerable.Range(0, 4).Select(call => queue.Add(call)).ToArray();
        await queue.BeginAsync(statements: 3);
        var together = queue.Statements.Single(statement => statement.Calls.Count == 2);
        if (fails)
        {
            together.End.SetException(new FormatException());
        }

        await queue.EndAllAsync(answers);

        (await answers[2]).Should().Be(fails ? "2 alone" : "2 together");
        (await answers[3]).Should().Be("3 alone");
    }

    [Test]
    public async Task Statement_that_takes_too_long_is_waited_for_no_longer()
    {
        var time = new FakeTime();
        using var queue = new TestQueue(time: time);
        var stuck = Enumerable.Range(0, 8).Select(call => queue.Add(call)).ToArray();
        await queue.BeginAsync(statements: 4);
        var waiting = queue.Add(8);
        time.Advance(TestQueue.Patience);
        queue.Statements.Should().HaveCount(4);
        time.Advance(TestQueue.Patience);

        await queue.BeginAsync(statements: 5);
        queue.EndLast();
        (await waiting).Should().Be("8 together");

        // They count no more: the next ones find the queue as if nothing were under way.
        var next = queue.Add(9);
        queue.Last.Should().Equal(9);
        queue.EndLast();
        await next;
        await queue.EndAllAsync(stuck);
        var last = queue.Add(10);
        queue.EndLast();
        (await last).Should().Be("10 alone");
    }

    [Test]
    public async Task Queue_that_is_switched_off_sends_every_call_alone()
    {
        using var queue = new TestQueue(batches: false);
        var answers = Enumerable.Range(0, 50).Select(call => queue.Add(call)).ToArray();
        queue.Statements.Should().HaveCount(50);

        await queue.EndAllAsync(answers);

        (await Task.WhenAll(answers)).Should().OnlyContain(answer => answer.EndsWith("alone"));
    }

    [Test]
    public async Task Callers_context_does_not_reach_the_statement_of_several()
    {
        using var queue = new TestQueue();
        TestQueue.Context.Value = "of the caller";
        var answers = Enumerable.Range(0, 4).Select(call => queue.Add(call)).ToArray();
        await queue.EndAllAsync(answers);

        queue.Statements.Where(statement => statement.Calls.Count > 1).Should().OnlyContain(statement => statement.Context == null);
    }

    /// <summary>Answers "n alone" or "n together" when the test ends the statement.</summary>
    private sealed class TestQueue(bool batches = true, TimeProvider? time = null) : StatementQueue<int, string>(batches, time ?? new FakeTime())
    {
        public static readonly AsyncLocal<string?> Context = new();

        private readonly List<Statement> _statements = [];

        public Func<int, bool> Answers { get; init; } = static _ => true;

        public IReadOnlyList<Statement> Statements
        {
            get
            {
                lock (_statements)
                {
                    return [.. _statements];
                }
            }
        }

        public IReadOnlyList<int> Last => Statements[^1].Calls;

        public Task<string> Add(int call, CancellationToken cancellationToken = default) => RunAsync(call, cancellationToken).AsTask();

        public void EndLast() => Statements[^1].End.TrySetResult();

        public Task BeginAsync(int statements) => Eventually.HoldsAsync(() => Task.FromResult(Statements.Count >= statements), $"{statements} statements have begun");

        /// <summary>Ends each statement as soon as it begins, until the calls are answered.</summary>
        public Task EndAllAsync(Task[] answers) => Eventually.HoldsAsync(
            () =>
            {
                Statements.ToList().ForEach(static statement => statement.End.TrySetResult());
                return Task.FromResult(Task.WhenAll(answers).IsCompleted);
            },
            "all are answered");

        protected override async ValueTask<string> RunAloneAsync(int call, CancellationToken cancellationToken)
        {
            await BeginAsync([call]);
            return $"{call} alone";
        }

        protected override async ValueTask RunTogetherAsync(IReadOnlyList<WaitingCall<int, string>> calls)
        {
            await BeginAsync([.. calls.Select(call => call.Call)]);
            calls.Where(call => Answers(call.Call)).ToList().ForEach(static call => call.Answer($"{call.Call} together"));
        }

        protected internal override bool IsFaultOfAll(Exception fault) => fault is TimeoutException;

        private Task BeginAsync(IReadOnlyList<int> calls)
        {
            var statement = new Statement(calls, Context.Value);
            lock (_statements)
            {
                _statements.Add(statement);
            }

            return statement.End.Task;
        }

        public sealed record Statement(IReadOnlyList<int> Calls, string? Context)
        {
            public TaskCompletionSource End { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }
}
