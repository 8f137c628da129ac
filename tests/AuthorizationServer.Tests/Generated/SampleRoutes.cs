using System.Diagnostics;
using System.Globalization;
using AuthorizationServer.Setup;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using RefreshTokenRotation.Tests.Support;

namespace AuthorizationServer.Tests.Generated;

/// <summary>The routes of the sample, told by its own program, which runs in this process for a moment.</summary>
internal sealed class SampleRoutes : IObserver<DiagnosticListener>, IObserver<KeyValuePair<string, object?>>
{
    private readonly TaskCompletionSource<IHost> _built = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public static async Task<IReadOnlyList<(string Method, string Path)>> ReadAsync()
    {
        var observer = new SampleRoutes();
        using var subscription = DiagnosticListener.AllListeners.Subscribe(observer);
        string[] arguments =
        [
            "--environment", "Development", "--contentRoot", Repository.PathOf("samples", "AuthorizationServer"), "--store", "memory",
            "--urls", string.Create(CultureInfo.InvariantCulture, $"http://localhost:{FreePort.Take()}"),
        ];
        var program = Task.Factory.StartNew(
            () => typeof(ServerSettings).Assembly.EntryPoint!.Invoke(null, [arguments]), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        var host = await observer._built.Task.WaitAsync(Eventually.Patience);
        var lifetime = host.Services.GetRequiredService<IHostApplicationLifetime>();
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lifetime.ApplicationStarted.Register(started.SetResult);
        await started.Task.WaitAsync(Eventually.Patience);
        List<(string Method, string Path)> routes =
        [
            .. host.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>().SelectMany(endpoint =>
                (endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? ["PUT"]).Select(method => (method, "/" + endpoint.RoutePattern.RawText!.Trim('/')))),
        ];
        lifetime.StopApplication();
        await program.WaitAsync(Eventually.Patience);
        return routes;
    }

    public void OnNext(DiagnosticListener value)
    {
        if (value.Name == "Microsoft.Extensions.Hosting")
        {
            value.Subscribe(this);
        }
    }

    public void OnNext(KeyValuePair<string, object?> value)
    {
        if (value is { Key: "HostBuilt", Value: IHost host } && host.Services.GetService<ServerSettings>() is not null)
        {
            _built.TrySetResult(host);
        }
    }

    public void OnCompleted()
    {
    }

    public void OnError(Exception error)
    {
    }
}
