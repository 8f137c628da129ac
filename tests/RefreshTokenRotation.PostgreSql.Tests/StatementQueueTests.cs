using RefreshTokenRotation.PostgreSql.Tests.Support;
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
    public async Task Few_calls_go_beside_each_other_and_those_that_arrive_meanwhile_together_once_these_have_ended()
    {
        using var queue = new TestQueue();
        var answers = Enumerable.Range(0, 15).Select(call => queue.Add(call)).ToArray();
        queue.Statements.Select(statement => statement.Calls).Should().BeEquivalentTo<int[]>([[0], [1], [2], [3], [4], [5]]);
        foreach (var statement in queue.Statements)
        {
            statement.End.SetResult();
        }

        await queue.BeginAsync(statements: TestQueue.Few + 1);
        queue.Last.Should().Equal(6, 7, 8, 9, 10, 11, 12, 13, 14);
        queue.EndLast();
        (await Task.WhenAll(answers)).Should().Equal(Enumerable.Range(0, 15).Select(call => call < TestQueue.Few ? $"{call} alone" : $"{call} together"));
    }

    [Test]
    public async Task After_a_statement_of_many_the_next_ones_go_one_at_a_time_until_calls_are_few_again()
    {
        using var queue = new TestQueue();
        await queue.EndAllAsync([.. Enumerable.Range(0, 15).Select(call => queue.Add(call))]);

        // Nine calls went together.
        var first = queue.Add(15);
        var second = queue.Add(16);
        queue.Last.Should().Equal(15);
        queue.EndLast();
        await first;
        await queue.BeginAsync(statements: TestQueue.Few + 3);
        queue.Last.Should().Equal(16);
        queue.EndLast();
        await second;

        Task<string>[] few = [queue.Add(17), queue.Add(18)];
        queue.Statements.Select(statement => statement.Calls).Skip(TestQueue.Few + 3).Should().BeEquivalentTo<int[]>([[17], [18]]);
        await queue.EndAllAsync(few);
    }

    [Test]
    public async Task Statement_takes_no_more_calls_than_its_bound()
    {
        using var queue = new TestQueue();
        await queue.EndAllAsync([.. Enumerable.Range(0, 400).Select(call => queue.Add(call))]);

        queue.Statements.Max(statement => statement.Calls.Count).Should().Be(TestQueue.MaxBatch);
        queue.Statements.SelectMany(statement => statement.Calls).Order().Should().Equal(Enumerable.Range(0, 400));
    }

    [Test]
    public async Task Full_statement_waits_for_no_other()
    {
        using var queue = new TestQueue();
        var answers = Enumerable.Range(0, TestQueue.Few + TestQueue.MaxBatch - 1).Select(call => queue.Add(call)).ToList();
        queue.Statements.Should().HaveCount(TestQueue.Few);
        answers.Add(queue.Add(answers.Count));
        await queue.BeginAsync(statements: TestQueue.Few + 1);
        queue.Last.Should().HaveCount(TestQueue.MaxBatch);
        await queue.EndAllAsync([.. answers]);
    }

    [Test]
    public async Task Call_cancelled_while_it_waits_is_answered_at_once_and_never_runs()
    {
        using var queue = new TestQueue();
        using var cancellation = new CancellationTokenSource();
        Task<string>[] others = [.. Enumerable.Range(0, TestQueue.Few).Select(call => queue.Add(call))];
        var first = queue.Add(6, cancellation.Token);
        var between = queue.Add(7);
        var cancelled = queue.Add(8, cancellation.Token);
        await cancellation.CancelAsync();

        await FluentActions.Awaiting(() => first.WaitAsync(Eventually.Patience)).Should().ThrowAsync<OperationCanceledException>();
        await FluentActions.Awaiting(() => cancelled.WaitAsync(Eventually.Patience)).Should().ThrowAsync<OperationCanceledException>();
        var last = queue.Add(9);
        await queue.EndAllAsync([.. others, between, last]);

        (await last).Should().Be("9 together");
        queue.Statements.SelectMany(statement => statement.Calls).Should().BeEquivalentTo([0, 1, 2, 3, 4, 5, 7, 9]);
    }

    [Test]
    public async Task Call_cancelled_while_its_statement_runs_is_answered_at_once_and_the_others_of_the_statement_by_its_end()
    {
        var time = new FakeTime();
        using var queue = new TestQueue(time: time);
        using var cancellation = new CancellationTokenSource();
        Task<string>[] others = [.. Enumerable.Range(0, TestQueue.Few + 1).Select(call => queue.Add(call))];
        var cancelled = queue.Add(7, cancellation.Token);
        time.Advance(2 * TestQueue.Patience);
        await queue.BeginAsync(statements: TestQueue.Few + 1);
        await cancellation.CancelAsync();

        await FluentActions.Awaiting(() => cancelled.WaitAsync(Eventually.Patience)).Should().ThrowAsync<OperationCanceledException>();
        others[6].IsCompleted.Should().BeFalse();
        await queue.EndAllAsync(others);
        (await others[6]).Should().Be("6 together");
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
        var time = new FakeTime();
        using var queue = new TestQueue(time: time);
        var answers = Enumerable.Range(0, TestQueue.Few + 2).Select(call => queue.Add(call)).ToArray();
        time.Advance(2 * TestQueue.Patience);
        await queue.BeginAsync(statements: TestQueue.Few + 1);
        var fault = new TimeoutException();
        queue.Statements.Single(statement => statement.Calls.Count == 2).End.SetException(fault);

        foreach (var answer in answers[6..])
        {
            (await FluentActions.Awaiting(() => answer.WaitAsync(Eventually.Patience)).Should().ThrowAsync<TimeoutException>()).Which.Should().BeSameAs(fault);
        }

        await queue.EndAllAsync(answers[..6]);
    }

    [Test]
    public async Task Other_fault_and_no_answer_send_each_call_alone([Values] bool fails)
    {
        var time = new FakeTime();
        using var queue = new TestQueue(time: time) { Answers = call => call != 7 };
        var answers = Enumerable.Range(0, TestQueue.Few + 2).Select(call => queue.Add(call)).ToArray();
        time.Advance(2 * TestQueue.Patience);
        await queue.BeginAsync(statements: TestQueue.Few + 1);
        var together = queue.Statements.Single(statement => statement.Calls.Count == 2);
        if (fails)
        {
            together.End.SetException(new FormatException());
        }

        await queue.EndAllAsync(answers);

        (await answers[6]).Should().Be(fails ? "6 alone" : "6 together");
        (await answers[7]).Should().Be("7 alone");
    }

    [Test]
    public async Task Statement_that_takes_too_long_is_waited_for_no_longer()
    {
        var time = new FakeTime();
        using var queue = new TestQueue(time: time);
        var stuck = Enumerable.Range(0, TestQueue.Few).Select(call => queue.Add(call)).ToArray();
        Task<string>[] waiting = [queue.Add(7), queue.Add(8)];
        time.Advance(TestQueue.Patience);
        waiting = [.. waiting, queue.Add(9)]; // with the others, which have not lost their patience yet
        time.Advance(TestQueue.Patience);

        await queue.BeginAsync(statements: TestQueue.Few + 1);
        queue.Last.Should().Equal(7, 8, 9);
        queue.EndLast();
        (await Task.WhenAll(waiting)).Should().Equal("7 together", "8 together", "9 together");
        await queue.IdleAsync();

        // They count no more: the next ones find the queue as if nothing were under way, and their end makes no room for more.
        var next = queue.Add(10);
        queue.Last.Should().Equal(10);
        queue.EndLast();
        await next;
        await queue.EndAllAsync(stuck);
        var last = Enumerable.Range(11, TestQueue.Few + 1).Select(call => queue.Add(call)).ToArray();
        queue.Statements.Should().HaveCount(TestQueue.Few + 2 + TestQueue.Few);
        await queue.EndAllAsync(last);
    }

    [Test]
    public async Task Statements_that_end_before_patience_is_lost_make_room_for_the_next()
    {
        var time = new FakeTime();
        using var queue = new TestQueue(time: time);
        var answers = Enumerable.Range(0, TestQueue.Few + 2).Select(call => queue.Add(call)).ToArray();
        time.Advance(TestQueue.Patience);

        await queue.EndAllAsync(answers);

        queue.Last.Should().Equal(TestQueue.Few, TestQueue.Few + 1);
    }

    [Test]
    public async Task Call_goes_beside_a_statement_of_two_and_waits_for_one_of_three([Values(2, 3)] int calls)
    {
        var time = new FakeTime();
        using var queue = new TestQueue(time: time);
        var answers = Enumerable.Range(0, TestQueue.Few + calls).Select(call => queue.Add(call)).ToArray();
        time.Advance(2 * TestQueue.Patience);
        await queue.BeginAsync(statements: TestQueue.Few + 1);

        var next = queue.Add(100);

        queue.Last.Should().HaveCount(calls == 2 ? 1 : calls);
        await queue.EndAllAsync([.. answers, next]);
        (await next).Should().Be(calls == 2 ? "100 alone" : "100 together");
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
        var answers = Enumerable.Range(0, TestQueue.Few + 2).Select(call => queue.Add(call)).ToArray();
        await queue.EndAllAsync(answers);

        queue.Statements.Where(statement => statement.Calls.Count > 1).Should().NotBeEmpty().And.OnlyContain(statement => statement.Context == null);
    }
}
