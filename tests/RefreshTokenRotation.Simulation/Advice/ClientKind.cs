namespace RefreshTokenRotation.Simulation.Advice;

/// <summary>A generated kind of client, and what the advisor has to call it.</summary>
/// <param name="Name">What it is.</param>
/// <param name="Pattern">What the advisor has to say of it.</param>
/// <param name="LogIns">How many users there are.</param>
/// <param name="Days">How long it is watched.</param>
/// <param name="Start">Starts one of the log-ins.</param>
internal sealed record ClientKind(string Name, ClientPattern Pattern, int LogIns, int Days, Action<ClientWorld, LogIn, int> Start)
{
    private const double Minute = 60;
    private const double Hour = 60 * Minute;

    public static IReadOnlyList<ClientKind> All { get; } =
    [
        new("tabs", ClientPattern.ParallelTabs, 20, 10, static (world, logIn, _) => Browse(world, logIn)),
        new("phone", ClientPattern.LostResponses, 30, 12, static (world, logIn, _) => Phone(world, logIn, world.Random.NextDouble() * 0.04)),
        new("server-side fan-out", ClientPattern.ParallelRequests, 15, 5, static (world, logIn, _) => FanOut(world, logIn, 5 + world.Random.Next(8))),
        new("agents", ClientPattern.SharedToken, 10, 3, static (world, logIn, _) => RunAgents(world, logIn)),
        new("never stores", ClientPattern.NeverStoresSuccessor, 10, 5, static (world, logIn, _) => Forget(world, logIn, logIn.Stored)),
        new("a thief", ClientPattern.PossibleTheft, 40, 8, static (world, logIn, index) => WorkAlone(world, logIn, isRobbed: index < 2)),
    ];

    /// <summary>One to three tabs over one storage, which wake together: each reads it before the first answer comes.</summary>
    private static void Browse(ClientWorld world, LogIn logIn) => world.After(world.Between(30 * Minute, 6 * Hour), () =>
    {
        for (var tabs = 1 + world.Random.Next(3); tabs > 0; tabs--)
        {
            world.After(world.Between(0, 0.09), logIn.Refresh);
        }

        Browse(world, logIn);
    });

    /// <summary>One holder, whose answers get lost now and then. It notices later.</summary>
    private static void Phone(ClientWorld world, LogIn logIn, double loss)
    {
        world.After(world.Between(Hour, 8 * Hour), () => Use(logIn.Stored));

        void Use(RefreshToken presented) => world.Send(presented, answer =>
        {
            if (world.Happens(0.02 + loss))
            {
                // The phone comes back after half a minute to ten hours, and sooner more often than later.
                world.After(TimeSpan.FromSeconds(30 * Math.Pow(1200, world.Random.NextDouble())), () => Use(presented));
                return;
            }

            if (answer is { } token)
            {
                logIn.Stored = token;
            }
            else
            {
                logIn.Refuse(presented);
            }

            Phone(world, logIn, loss);
        });
    }

    /// <summary>A server whose parallel requests of one user all find that the access token is over.</summary>
    private static void FanOut(ClientWorld world, LogIn logIn, int requests) => world.After(world.Between(20 * Minute, 3 * Hour), () =>
    {
        for (var request = 0; request < requests; request++)
        {
            world.After(world.Between(0, 0.04), logIn.Refresh);
        }

        FanOut(world, logIn, requests);
    });

    /// <summary>Three to five processes over one token file. Each reads it at its start and when it is refused, and keeps a copy.</summary>
    private static void RunAgents(ClientWorld world, LogIn logIn)
    {
        for (var process = 3 + world.Random.Next(3); process > 0; process--)
        {
            Run(logIn.Stored, wasRefused: false);
        }

        void Run(RefreshToken held, bool wasRefused)
        {
            // The access token lives for up to 50 minutes. Once in a while the machine sleeps, or the process starts anew.
            var pause = wasRefused ? TimeSpan.Zero : world.Happens(0.002) ? world.Between(2 * Hour, 12 * Hour) : world.Between(15 * Minute, 50 * Minute);
            world.After(pause, () =>
            {
                var presented = world.Happens(0.02) ? logIn.Stored : held;
                world.Send(presented, answer =>
                {
                    if (answer is { } token)
                    {
                        logIn.Stored = token;
                        Run(token, wasRefused: false);
                        return;
                    }

                    // Another process may have stored a newer one: it tries that at once.
                    var isOld = presented != logIn.Stored;
                    logIn.Refuse(presented);
                    Run(logIn.Stored, isOld);
                });
            });
        }
    }

    /// <summary>Presents the token of its log-in for ever.</summary>
    private static void Forget(ClientWorld world, LogIn logIn, RefreshToken first) => world.After(world.Between(45 * Minute, 3 * Hour), () => world.Send(first, answer =>
    {
        if (answer is null)
        {
            logIn.Refuse(first);
        }

        Forget(world, logIn, logIn.Stored);
    }));

    /// <summary>One holder that keeps its newest token. From some, a thief copies it, and goes on beside its owner.</summary>
    private static void WorkAlone(ClientWorld world, LogIn logIn, bool isRobbed)
    {
        Work();
        if (isRobbed)
        {
            world.After(world.Between(24 * Hour, 100 * Hour), () =>
            {
                logIn.IsStolen = true;
                Steal(logIn.Stored);
            });
        }

        void Work() => world.After(world.Between(Hour, 4 * Hour), () =>
        {
            logIn.Refresh();
            Work();
        });

        void Steal(RefreshToken held) => world.After(world.Between(2 * Hour, 9 * Hour), () => world.Send(held, answer =>
        {
            if (answer is { } token)
            {
                Steal(token);
            }
        }));
    }
}
