using Microsoft.Extensions.DependencyInjection;
using RefreshTokenRotation.Client;
using RefreshTokenRotation.Storage;

namespace RefreshTokenRotation.Simulation.EndToEnd;

/// <summary>The whole system on one clock, one network and one source of random numbers: client package, endpoints, engine and rows. One thread, no waiting.</summary>
internal sealed class SystemWorld : IDisposable
{
    private readonly ServiceProvider _services;
    private readonly List<Person> _people = [];
    private readonly List<Thief> _thieves = [];

    private SystemWorld(Scenario scenario, bool isRead)
    {
        Scenario = scenario;
        Agenda = new Agenda();
        Journal = new Journal(Agenda, isRead);
        Ledger = new Ledger(Agenda, scenario.Preset.Policy);
        _services = new ServiceCollection().AddMetrics().AddLogging().AddSingleton<TimeProvider>(new Machine(Agenda, TimeSpan.Zero, 0)).AddSingleton<ClientMetrics>().BuildServiceProvider();
        ClientMetrics = _services.GetRequiredService<ClientMetrics>();
        Cluster = new Cluster(Agenda, scenario, SabotagedStore.Wrap(scenario.Sabotage, new InMemoryTokenStore(), Agenda), Ledger, Journal);
        for (var number = 0; number < scenario.Users; number++)
        {
            if (scenario.Only is { } only && only != number)
            {
                continue;
            }

            var person = new Person(this, number);
            _people.Add(person);
            Lives.Start(person);
            if (scenario.Theft != Theft.None)
            {
                _thieves.Add(new Thief(person));
            }
        }
    }

    public Scenario Scenario { get; }

    public Agenda Agenda { get; }

    public Journal Journal { get; }

    public Ledger Ledger { get; }

    public Cluster Cluster { get; }

    public ClientMetrics ClientMetrics { get; }

    /// <summary>Lives through the scenario, on a thread that does nothing else.</summary>
    /// <param name="scenario">The scenario.</param>
    /// <param name="isRead">Whether the words of its journal are kept.</param>
    public static Outcome Run(Scenario scenario, bool isRead = false)
    {
        Outcome? outcome = null;
        Exception? fault = null;
        var thread = new Thread(() =>
        {
            try
            {
                using var world = new SystemWorld(scenario, isRead);
                outcome = world.Run();
            }
            catch (Exception error)
            {
                fault = error;
            }
        });
        thread.Start();
        thread.Join();
        return fault is null ? outcome! : throw new InvalidOperationException($"{scenario} failed.", fault);
    }

    public void Dispose()
    {
        _thieves.ForEach(static thief => thief.Dispose());
        Cluster.Dispose();
        _services.Dispose();
    }

    private Outcome Run()
    {
        Agenda.Run(TimeSpan.FromDays(Scenario.Days), () => Ledger.Broken is not null || (_thieves.Count > 0 && _thieves.All(static thief => thief.IsDone)));
        return new Outcome(
            Scenario,
            _people.Count,
            _people.Sum(person => person.ForcedLogIns),
            _people.Sum(person => person.Expirations),
            Cluster.Calls,
            Agenda.Steps,
            Journal.Hash,
            Agenda.Now,
            Ledger.Broken,
            Journal.Lines,
            [.. _thieves.Select(thief => thief.Result)]);
    }
}

/// <summary>What a scenario came to.</summary>
/// <param name="Scenario">The scenario.</param>
/// <param name="Users">How many users lived.</param>
/// <param name="ForcedLogIns">Log-ins that they had to repeat early.</param>
/// <param name="Expirations">Log-ins at the end of a session's time.</param>
/// <param name="Calls">The requests that reached a server.</param>
/// <param name="Steps">The steps of the world.</param>
/// <param name="Hash">Of everything that happened, in its order.</param>
/// <param name="Ended">When it ended.</param>
/// <param name="Broken">The rule that was broken first.</param>
/// <param name="Lines">The words, if they were kept.</param>
/// <param name="Thefts">What became of the thieves.</param>
internal sealed record Outcome(
    Scenario Scenario,
    int Users,
    int ForcedLogIns,
    int Expirations,
    long Calls,
    long Steps,
    ulong Hash,
    TimeSpan Ended,
    (string Rule, int User, Guid? Family)? Broken,
    IReadOnlyList<Journal.Line> Lines,
    IReadOnlyList<TheftResult> Thefts);
