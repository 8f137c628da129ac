using AuthorizationServer.Setup;
using AuthorizationServer.State;

namespace AuthorizationServer.Lab;

/// <summary>The worlds of all visitors. There is a maximum, and unused ones are discarded after a while.</summary>
internal sealed class LabWorlds(ServerSettings settings, TimeProvider time) : IAsyncDisposable
{
    private const string ClientId = "spa";
    private const int MaxWorlds = 100;

    private static readonly TimeSpan MaxIdle = TimeSpan.FromMinutes(15);

    private readonly Dictionary<string, LabWorld> _worlds = new(StringComparer.Ordinal);

    public LabWorld? Find(string? id)
    {
        lock (_worlds)
        {
            if (id is null || !_worlds.TryGetValue(id, out var world))
            {
                return null;
            }

            world.LastUsedAt = time.GetUtcNow();
            return world;
        }
    }

    public (string Id, LabWorld World) Create()
    {
        var id = RandomId.New();
        var client = settings.Clients.GetValueOrDefault(ClientId) ?? settings.Clients.Values.First(client => client.GrantTypes.Contains("refresh_token"));
        var world = new LabWorld(client, settings.Users.Keys.First()) { LastUsedAt = time.GetUtcNow() };
        List<LabWorld> ended = [];
        lock (_worlds)
        {
            foreach (var (old, idle) in Superfluous().ToList())
            {
                _worlds.Remove(old);
                ended.Add(idle);
            }

            _worlds.Add(id, world);
        }

        foreach (var old in ended)
        {
            // Nothing waits for it. If it still has pages, their streams end, and they ask for another world.
            _ = old.DisposeAsync().AsTask();
        }

        return (id, world);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var world in _worlds.Values)
        {
            await world.DisposeAsync();
        }
    }

    /// <summary>The unused ones and, if there are still too many, the least recently used.</summary>
    private IEnumerable<KeyValuePair<string, LabWorld>> Superfluous()
    {
        var bound = time.GetUtcNow() - MaxIdle;
        var byAge = _worlds.OrderByDescending(world => world.Value.Watchers > 0).ThenByDescending(world => world.Value.LastUsedAt).ToList();
        return byAge.Where((world, i) => i >= MaxWorlds - 1 || (world.Value.Watchers == 0 && world.Value.LastUsedAt < bound));
    }
}
