using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using RefreshTokenRotation.Sqlite.Internal;
using RefreshTokenRotation.Sqlite.Tests.Support;

namespace RefreshTokenRotation.Sqlite.Tests;

/// <summary>Many writes in one transaction: each has an outcome of its own, and none is answered before the commit.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class WriterTests
{
    [Test]
    public async Task Writes_that_queue_up_go_into_one_transaction()
    {
        using var file = new TestFile();
        using var queue = Queue(file);
        var seen = -1L;
        var first = queue.Add(Insert(1));
        var second = queue.Add(session =>
        {
            // The first has run, in a transaction that nobody else sees yet.
            seen = file.Scalar("SELECT count(*) FROM things");
            return session.Scalar("SELECT count(*) FROM things");
        });

        queue.Start();

        (await second).Should().Be(1);
        await first;
        seen.Should().Be(0);
        file.Scalar("SELECT count(*) FROM things").Should().Be(1);
    }

    [Test]
    public async Task Write_that_fails_fails_alone()
    {
        using var file = new TestFile();
        using var queue = Queue(file);
        var before = queue.Add(Insert(1));
        var twin = queue.Add(Insert(1));
        var broken = queue.Add(session => session.Scalar("SELECT 1") == 1 ? throw new FormatException() : 0L);
        var after = queue.Add(Insert(2));

        queue.Start();

        await before;
        await after;
        (await FluentActions.Awaiting(() => twin).Should().ThrowAsync<SqliteException>()).Which.SqliteErrorCode.Should().Be(19);
        await FluentActions.Awaiting(() => broken).Should().ThrowAsync<FormatException>();
        file.Scalar("SELECT sum(id) FROM things").Should().Be(3);
    }

    [Test]
    public async Task Lock_that_another_process_takes_between_repeats_is_waited_for_once()
    {
        using var file = new TestFile();
        using var other = file.Connect();
        using var queue = Queue(file, TimeSpan.FromMilliseconds(30));
        var runs = 0;
        var broken = queue.Add(session =>
        {
            if (++runs == 2)
            {
                session.Execute("COMMIT");
                TestFile.Execute(other, "BEGIN IMMEDIATE");
            }

            throw new FormatException();
        });
        Task<long>[] others = [queue.Add(Insert(1)), queue.Add(Insert(2))];

        queue.Start();

        await FluentActions.Awaiting(() => broken).Should().ThrowAsync<FormatException>();
        var first = (await FluentActions.Awaiting(() => others[0]).Should().ThrowAsync<SqliteException>()).Which;
        (await FluentActions.Awaiting(() => others[1]).Should().ThrowAsync<SqliteException>()).Which.Should().BeSameAs(first);
        TestFile.Execute(other, "COMMIT");
        (await queue.Add(Insert(3))).Should().Be(1);
    }

    [Test]
    public async Task Commit_that_fails_is_an_outage_to_all_of_its_writes_and_leaves_none_of_them()
    {
        using var file = new TestFile();
        using var queue = Queue(file);
        var sound = queue.Add(Insert(1));
        var orphan = queue.Add(session => session.Execute("INSERT INTO parts (thing) VALUES (77)"));
        var last = queue.Add(Insert(2));

        queue.Start();

        foreach (var write in new[] { sound, orphan, last })
        {
            (await FluentActions.Awaiting(() => write).Should().ThrowAsync<SqliteException>()).Which.SqliteErrorCode.Should().Be(19);
        }

        file.Scalar("SELECT count(*) FROM things").Should().Be(0);
        (await queue.Add(Insert(3))).Should().Be(1);
    }

    [Test]
    public async Task Write_that_is_cancelled_while_it_waits_is_answered_at_once_and_never_runs()
    {
        using var file = new TestFile();
        using var queue = Queue(file);
        using var cancellation = new CancellationTokenSource();
        var cancelled = queue.Add(Insert(1), cancellation.Token);
        var other = queue.Add(Insert(2));
        await cancellation.CancelAsync();

        // The writer is still held.
        await FluentActions.Awaiting(() => cancelled).Should().ThrowAsync<OperationCanceledException>();
        queue.Start();

        await other;
        file.Scalar("SELECT sum(id) FROM things").Should().Be(2);
    }

    [Test]
    public async Task Write_that_waits_for_another_process_is_cancelled_at_once()
    {
        using var file = new TestFile();
        using var queue = Queue(file);
        queue.Start();
        await queue.Add(Insert(1));
        using var other = file.Connect();
        TestFile.Execute(other, "BEGIN IMMEDIATE");
        using var cancellation = new CancellationTokenSource();
        var cancelled = queue.Add(Insert(2), cancellation.Token);
        await cancellation.CancelAsync();

        await FluentActions.Awaiting(() => cancelled).Should().ThrowAsync<OperationCanceledException>();

        TestFile.Execute(other, "COMMIT");
        await queue.Add(Insert(3));
        file.Scalar("SELECT sum(id) FROM things").Should().Be(4);
    }

    [Test]
    public async Task End_of_the_store_answers_every_write()
    {
        using var file = new TestFile();
        using var queue = Queue(file);
        var writes = Enumerable.Range(1, 1000).Select(id => queue.Add(Insert(id))).ToArray();
        queue.Start();

        file.CloseNodes();

        await Task.WhenAll(writes);
        file.Scalar("SELECT count(*) FROM things").Should().Be(1000);
    }

    private static Func<Session, long> Insert(int id) => session => session.Execute($"INSERT INTO things (id) VALUES ({id})");

    private static HeldWriter Queue(TestFile file, TimeSpan? busyTimeout = null)
    {
        var database = file.Node(configure: options =>
        {
            options.DataSource = $"Data Source={file.FilePath};Foreign Keys=True";
            options.BusyTimeout = busyTimeout ?? options.BusyTimeout;
        }).GetRequiredService<Database>();
        database.Open();
        file.Execute("CREATE TABLE things (id INTEGER PRIMARY KEY); CREATE TABLE parts (thing INTEGER REFERENCES things DEFERRABLE INITIALLY DEFERRED)");
        return new HeldWriter(database);
    }
}
