using Npgsql;
using RefreshTokenRotation.PostgreSql.Internal;
using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.PostgreSql.Tests;

/// <summary>Which faults of a statement for several calls are the answer to each of them, and which send each of them alone.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class BatchFaultTests
{
    private const string Refused = PostgresErrorCodes.ReadOnlySqlTransaction;

    /// <summary>A swap may have happened unless the server says that it has not. One that the server cancelled would only be cancelled again, and one that a read only server
    /// refused would cost a session each.</summary>
    [TestCase(PostgresErrorCodes.CheckViolation, "ERROR", false)]
    [TestCase(PostgresErrorCodes.CharacterNotInRepertoire, "ERROR", false)]
    [TestCase(PostgresErrorCodes.SerializationFailure, "ERROR", false)]
    [TestCase(PostgresErrorCodes.DeadlockDetected, "ERROR", false)]
    [TestCase(PostgresErrorCodes.QueryCanceled, "ERROR", true)]
    [TestCase(Refused, "ERROR", true)]
    [TestCase(PostgresErrorCodes.AdminShutdown, "FATAL", true)]
    [TestCase(PostgresErrorCodes.CheckViolation, "PANIC", true)]
    public void Error_of_the_server_about_swaps(string state, string severity, bool isOfAll)
    {
        using var database = Database();
        using var swaps = new SwapQueue(database, TimeProvider.System);

        swaps.IsFaultOfAll(Error(state, severity)).Should().Be(isOfAll);
    }

    [Test]
    public void Swaps_whose_connection_breaks_are_in_doubt_and_those_that_were_never_sent_are_not()
    {
        using var database = Database();
        using var swaps = new SwapQueue(database, TimeProvider.System);

        swaps.IsFaultOfAll(new NpgsqlException("broken", new IOException())).Should().BeTrue();
        swaps.IsFaultOfAll(new NpgsqlException("late", new TimeoutException())).Should().BeTrue();
        swaps.IsFaultOfAll(new InvalidCastException()).Should().BeFalse();
    }

    /// <summary>A find can always be repeated, but not where each repeat takes as long again or costs a session.</summary>
    [Test]
    public void Finds_are_repeated_unless_that_is_sure_to_fail()
    {
        using var database = Database();
        using var finds = new FindQueue(database, TimeProvider.System);

        finds.IsFaultOfAll(new NpgsqlException("late", new TimeoutException())).Should().BeTrue();
        finds.IsFaultOfAll(Error(Refused, "ERROR")).Should().BeTrue();
        finds.IsFaultOfAll(new StandbyException()).Should().BeTrue();
        finds.IsFaultOfAll(new NpgsqlException("broken", new IOException())).Should().BeFalse();
        finds.IsFaultOfAll(Error(PostgresErrorCodes.AdminShutdown, "FATAL")).Should().BeFalse();
        finds.IsFaultOfAll(Error(PostgresErrorCodes.SerializationFailure, "ERROR")).Should().BeFalse();
    }

    private static Database Database() => Internal.Database.Open("Host=nowhere", new PostgreSqlStoreOptions(), new FakeTime());

    private static PostgresException Error(string state, string severity) => new("refused", severity, severity, state);
}
