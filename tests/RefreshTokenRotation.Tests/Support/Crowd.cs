using System.Collections.Concurrent;

namespace RefreshTokenRotation.Tests.Support;

/// <summary>A number of threads that are let go at once, round after round.</summary>
internal static class Crowd
{
    /// <summary>Each round: <paramref name="prepare"/>, then every member acts at once, then <paramref name="judge"/>.</summary>
    public static void Run(int members, int rounds, Action<int> prepare, Action<int> act, Action<int> judge)
    {
        var failures = new ConcurrentQueue<Exception>();
        prepare(0);

        // One thread judges and prepares while the others wait.
        using var barrier = new Barrier(members, phase =>
        {
            try
            {
                if (failures.IsEmpty)
                {
                    judge((int)phase.CurrentPhaseNumber);
                    prepare((int)phase.CurrentPhaseNumber + 1);
                }
            }
            catch (Exception failure)
            {
                failures.Enqueue(failure);
            }
        });
        var threads = Enumerable.Range(0, members).Select(member => Task.Factory.StartNew(
            () =>
            {
                for (var round = 0; round < rounds && failures.IsEmpty; round++)
                {
                    try
                    {
                        act(member);
                    }
                    catch (Exception failure)
                    {
                        failures.Enqueue(failure);
                    }

                    barrier.SignalAndWait();
                }

                barrier.RemoveParticipant();
            },
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default)).ToArray();

        Task.WaitAll(threads);
        if (!failures.IsEmpty)
        {
            throw new AggregateException(failures);
        }
    }
}
