using RefreshTokenRotation.PostgreSql.Internal;
using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.PostgreSql.Tests.Support;

/// <summary>Answers "n alone" or "n together" when the test ends the statement.</summary>
internal sealed class TestQueue(bool batches = true, TimeProvider? time = null) : StatementQueue<int, string>(batches, time ?? new FakeTime())
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

    /// <summary>Calls are answered just before their statement counts as ended.</summary>
    public Task IdleAsync() => Eventually.HoldsAsync(() => Task.FromResult(UnderWay == 0), "no statement is under way");

    /// <summary>Ends each statement as soon as it begins, until the calls are answered and no statement is under way.</summary>
    public Task EndAllAsync(Task[] answers) => Eventually.HoldsAsync(
        () =>
        {
            Statements.ToList().ForEach(static statement => statement.End.TrySetResult());
            return Task.FromResult(Task.WhenAll(answers).IsCompleted && UnderWay == 0);
        },
        "all are answered, and no statement is under way");

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
