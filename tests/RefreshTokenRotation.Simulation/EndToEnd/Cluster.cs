using RefreshTokenRotation.Storage;

namespace RefreshTokenRotation.Simulation.EndToEnd;

/// <summary>Three servers behind one address. They crash every few days, and once a week a new version replaces them one after the other.</summary>
internal sealed class Cluster : IDisposable
{
    private const int Count = 3;
    private static readonly TimeSpan UpgradeAt = TimeSpan.FromHours((6 * 24) + 14);

    private readonly Agenda _agenda;
    private readonly Journal _journal;
    private readonly Server[] _servers = new Server[Count];

    public Cluster(Agenda agenda, Scenario scenario, ITokenStore rows, Ledger ledger, Journal journal)
    {
        (_agenda, _journal) = (agenda, journal);
        for (var index = 0; index < Count; index++)
        {
            var dice = Dice.For(scenario.Seed, 1, index);
            var (offset, drift) = (dice.Seconds(-0.3, 0.3), dice.Between(-1e-8, 1e-8));
            var hasClock = scenario.Has(Troubles.Clocks);
            var server = new Server(agenda, index + 1, hasClock ? offset : TimeSpan.Zero, hasClock ? drift : 0, scenario, rows, ledger, journal);
            server.Start(version: 0);
            _servers[index] = server;
            if (scenario.Has(Troubles.Crashes))
            {
                PlanCrash(server, dice);
            }

            if (scenario.Has(Troubles.Upgrades))
            {
                PlanUpgrade(server, dice, UpgradeAt + TimeSpan.FromMinutes(2 * index));
            }
        }
    }

    /// <summary>How many calls reached a server.</summary>
    public long Calls { get; private set; }

    /// <summary>Gives a call to one of the servers that are up.</summary>
    public void Deliver(Call call, Action<Reply> reply)
    {
        var choice = call.Dice.Next(Count);
        for (var index = 0; index < Count; index++)
        {
            var server = _servers[(choice + index) % Count];
            if (server.IsUp)
            {
                Calls++;
                server.Serve(call, reply);
                return;
            }
        }

        reply(Reply.NobodyThere);
    }

    public void Dispose()
    {
        foreach (var server in _servers)
        {
            server.Dispose();
        }
    }

    private void PlanCrash(Server server, Dice dice) => _agenda.After(TimeSpan.FromDays(-4 * Math.Log(1 - dice.NextDouble())), () =>
    {
        Replace(server, server.Version, dice, "crashed");
        PlanCrash(server, dice);
    });

    private void PlanUpgrade(Server server, Dice dice, TimeSpan wait) => _agenda.After(wait, () =>
    {
        Replace(server, 1 - server.Version, dice, "was replaced by the other version");
        PlanUpgrade(server, dice, TimeSpan.FromDays(7));
    });

    private void Replace(Server server, int version, Dice dice, string words)
    {
        var rest = dice.Seconds(5, 60);
        if (!server.IsUp)
        {
            return; // it is being restarted already
        }

        server.Die();
        _journal.Note(Happening.Crashed, server.Number);
        if (_journal.IsRead)
        {
            _journal.Write(-1, null, $"server {server.Number}", "Stopped", $"{words}; what it was doing is lost.");
        }

        _agenda.After(rest, () =>
        {
            server.Start(version);
            _journal.Note(Happening.Started, server.Number, version);
        });
    }
}
