using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using RefreshTokenRotation.Benchmarks.Postgres;

namespace RefreshTokenRotation.Benchmarks.Stores;

/// <summary>The engine as a host wires it, over one store, with a family of each client's own.</summary>
internal sealed class StoreCell : IAsyncDisposable
{
    public const int Clients = 16;

    private readonly IHost _host;
    private readonly Func<Task>[] _clients;

    private StoreCell(string name, IHost host, int clients)
    {
        Name = name;
        _host = host;
        _clients = new Func<Task>[clients];
    }

    public string Name { get; }

    public IServiceProvider Services => _host.Services;

    public static async Task<StoreCell> StartAsync(string name, Action<RefreshTokenRotationBuilder> use, int clients = Clients)
    {
        var builder = Host.CreateEmptyApplicationBuilder(settings: null);
        use(builder.Services.AddRefreshTokenRotation(options => options.DefaultPolicy = RotationPolicy.Spa));
        var cell = new StoreCell(name, builder.Build(), clients);
        await cell._host.StartAsync();
        var engine = cell.Services.GetRequiredService<IRefreshTokenService>();
        for (var client = 0; client < clients; client++)
        {
            var issued = await engine.IssueAsync(Workload.Login($"user{client}"));
            cell._clients[client] = Workload.Client(engine, issued.RefreshToken);
        }

        return cell;
    }

    public Task<Throughput> MeasureAsync(int seconds) => Throughput.MeasureAsync(_clients, seconds);

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
    }
}
