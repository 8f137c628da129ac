using System.Globalization;
using System.Security.Cryptography;

namespace RefreshTokenRotation.Client.Harness;

/// <summary>Kills a process that refreshes without end, at an instant of its own each time, and looks whether the session survived.</summary>
internal static class KillRun
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    /// <param name="Points">Kills.</param>
    /// <param name="InFlight">Kills by which the server had rotated, and the new token was not in the file yet.</param>
    /// <param name="LostInFlight">Sessions of these that were over.</param>
    /// <param name="LostOtherwise">Sessions of the others that were over.</param>
    internal sealed record Result(int Points, int InFlight, int LostInFlight, int LostOtherwise)
    {
        public override string ToString() => string.Create(
            CultureInfo.InvariantCulture, $"{Points} kills, {InFlight} with an answer in flight: {LostInFlight} of these sessions lost, {LostOtherwise} of the others");
    }

    /// <summary>The process that is killed.</summary>
    public static async Task RefreshForeverAsync(Uri server, string folder, byte[] key)
    {
        await using var app = AppClient.Create(server, folder, key);
        Console.WriteLine("started");
        while (true)
        {
            // A machine without time makes a request fail now and then; the next one goes on.
            if (await app.Client.GetTokenAsync() is TokenResult.Succeeded { Token: var token })
            {
                await app.Client.ReplaceTokenAsync(token);
            }
        }
    }

    public static async Task<Result> RunAsync(RotationPolicy policy, int points, int seed)
    {
        await using var server = await AuthServer.StartAsync(policy.WithoutHaste());
        var random = new Random(seed);
        var (inFlight, lostInFlight, lostOtherwise) = (0, 0, 0);
        for (var point = 0; point < points; point++)
        {
            var folder = Directory.CreateTempSubdirectory("client-kill-");
            var key = RandomNumberGenerator.GetBytes(32);
            try
            {
                await using (var app = AppClient.Create(server.Address, folder.FullName, key))
                {
                    await app.Client.SignInAsync(new TokenSet { RefreshToken = await server.IssueAsync() });
                }

                var before = server.Exchanges;
                await KillAsync(server, folder.FullName, key, (Moment)(point % 4), random);
                var (isInFlight, survived) = await LookAsync(server, folder.FullName, key, before);
                inFlight += isInFlight ? 1 : 0;
                lostInFlight += isInFlight && !survived ? 1 : 0;
                lostOtherwise += !isInFlight && !survived ? 1 : 0;
            }
            finally
            {
                folder.Delete(recursive: true);
            }
        }

        return new Result(points, inFlight, lostInFlight, lostOtherwise);
    }

    private enum Moment
    {
        Any,
        BeforeTheServer,
        AnyLater,
        BeforeTheAnswer,
    }

    private static async Task KillAsync(AuthServer server, string folder, byte[] key, Moment moment, Random random)
    {
        var (reached, killed, active, last) = (new TaskCompletionSource(), new TaskCompletionSource(), 0, random.Next(1, 6));
        server.Gate = async (context, next) =>
        {
            Interlocked.Increment(ref active);
            try
            {
                var isLast = Interlocked.Decrement(ref last) == 0;
                if (isLast && moment == Moment.BeforeTheServer)
                {
                    reached.TrySetResult();
                    await killed.Task;
                    context.Abort();
                    return;
                }

                if (isLast && moment == Moment.BeforeTheAnswer)
                {
                    context.Response.Body = new MemoryStream(); // the server does its work, and nothing of the answer leaves
                    await next(context);
                    reached.TrySetResult();
                    await killed.Task;
                    context.Abort();
                    return;
                }

                await next(context);
            }
            finally
            {
                Interlocked.Decrement(ref active);
            }
        };
        using var child = ChildProcess.Start("refresher", server.Address.AbsoluteUri, folder, Convert.ToBase64String(key));
        await child.ReadLineAsync();
        if (moment is Moment.BeforeTheServer or Moment.BeforeTheAnswer)
        {
            await reached.Task.WaitAsync(Limit);
        }
        else
        {
            // Spread over many refreshes: what matters is that no instant of one is safe from it.
            await Task.Delay(TimeSpan.FromMicroseconds(random.Next(moment == Moment.Any ? 100_000 : 1_000_000)));
        }

        await child.KillAsync();
        killed.SetResult();
        for (var deadline = DateTime.UtcNow + Limit; Volatile.Read(ref active) > 0 && DateTime.UtcNow < deadline;)
        {
            await Task.Delay(1); // the server finishes what arrived
        }

        server.Gate = null;
    }

    private static async Task<(bool IsInFlight, bool Survived)> LookAsync(AuthServer server, string folder, byte[] key, long before)
    {
        var issued = server.Exchanges;
        await using var app = AppClient.Create(server.Address, folder, key);
        var first = await app.Client.GetTokenAsync();
        if (first is not TokenResult.Succeeded { Token: var token })
        {
            return (issued > before, false);
        }

        // The newest token that the file had, by its number; a first exchange of just now has a number of its own.
        var stored = long.Parse(token.Reveal().AsSpan(3), CultureInfo.InvariantCulture);
        if (stored > issued)
        {
            return (issued > before, true);
        }

        return (issued > stored, await app.Client.ReplaceTokenAsync(token) is TokenResult.Succeeded);
    }
}
