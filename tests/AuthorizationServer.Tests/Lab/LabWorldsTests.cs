using System.Diagnostics.Metrics;
using AuthorizationServer.Lab;
using AuthorizationServer.Setup;
using RefreshTokenRotation;
using RefreshTokenRotation.Tests.Support;

namespace AuthorizationServer.Tests.Lab;

/// <summary>What visitors of the lab can make the server keep, and what the server notices of it.</summary>
[TestFixture, NonParallelizable]
internal sealed class LabWorldsTests
{
    private const int MaxWorlds = 100;

    private static readonly TimeSpan MaxIdle = TimeSpan.FromMinutes(15);

    private readonly FakeTime _time = new();
    private LabWorlds _worlds = null!;

    [SetUp]
    public void SetUp() => _worlds = new LabWorlds(
        new ServerSettings
        {
            Users = { ["alice"] = new UserSettings() },
            Clients = { ["spa"] = new ClientSettings { ClientId = "spa", GrantTypes = { "refresh_token" } } },
        },
        _time);

    [TearDown]
    public async Task TearDown() => await _worlds.DisposeAsync();

    [Test]
    public void World_that_was_used_least_of_late_makes_room()
    {
        var ids = new List<string>();
        for (var i = 0; i < MaxWorlds; i++)
        {
            ids.Add(_worlds.Create().Id);
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        _worlds.Find(ids[0]);
        _time.Advance(TimeSpan.FromSeconds(1));
        _worlds.Create();

        _worlds.Find(ids[1]).Should().BeNull();
        ids.Where(id => _worlds.Find(id) is not null).Should().HaveCount(MaxWorlds - 1).And.Contain(ids[0]);
    }

    [Test]
    public void World_that_nobody_uses_goes_and_one_that_is_watched_stays()
    {
        var (idle, _) = _worlds.Create();
        var (watched, world) = _worlds.Create();
        using var watch = world.Watch();
        _time.Advance(MaxIdle);
        _worlds.Create();
        _worlds.Find(watched).Should().NotBeNull();
        _worlds.Find(idle).Should().NotBeNull("its time was not over");

        _time.Advance(MaxIdle + TimeSpan.FromSeconds(1));
        _worlds.Create();

        _worlds.Find(watched).Should().NotBeNull();
        _worlds.Find(idle).Should().BeNull();
    }

    [Test]
    public async Task World_that_has_ended_does_nothing_more()
    {
        var (_, world) = _worlds.Create();

        await world.DisposeAsync();

        world.Ended.IsCompleted.Should().BeTrue();
        (await world.RunAsync(new LabAction("login"))).Refusal!.Words.Should().StartWith("This lab has ended.");
    }

    [Test]
    public async Task Theft_that_is_played_is_counted_apart_from_those_of_the_server()
    {
        var counted = new HashSet<string>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, self) => self.EnableMeasurementEvents(instrument);
        listener.SetMeasurementEventCallback<long>((instrument, _, _, _) =>
        {
            lock (counted)
            {
                counted.Add($"{instrument.Meter.Name}/{instrument.Name}");
            }
        });
        listener.Start();
        var (_, world) = _worlds.Create();

        foreach (var action in (LabAction[])[new("login"), new("steal"), new("refresh", "user"), new("refresh", "thief")])
        {
            (await world.RunAsync(action)).Refusal.Should().BeNull();
        }

        counted.Should().Contain($"{RotationTelemetry.MeterName}.Lab/{RotationTelemetry.Reuses}")
            .And.NotContain($"{RotationTelemetry.MeterName}/{RotationTelemetry.Reuses}");
    }
}
