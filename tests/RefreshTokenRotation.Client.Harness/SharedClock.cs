using System.IO.MemoryMappedFiles;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using RefreshTokenRotation.Client.Harness;

[assembly: HostingStartup(typeof(SharedClockStartup))]

namespace RefreshTokenRotation.Client.Harness
{
    /// <summary>A clock in a file, which one process moves and another reads. Timers and elapsed time are the real ones.</summary>
    internal sealed class SharedClock : TimeProvider, IDisposable
    {
        private readonly MemoryMappedFile _file;
        private readonly MemoryMappedViewAccessor _view;

        public SharedClock(string path)
        {
            _file = MemoryMappedFile.CreateFromFile(path, FileMode.OpenOrCreate, mapName: null, sizeof(long));
            _view = _file.CreateViewAccessor(0, sizeof(long));
        }

        public override DateTimeOffset GetUtcNow() => new(_view.ReadInt64(0), TimeSpan.Zero);

        public void Set(DateTimeOffset now) => _view.Write(0, now.UtcTicks);

        public void Advance(TimeSpan by) => Set(GetUtcNow() + by);

        public void Dispose()
        {
            _view.Dispose();
            _file.Dispose();
        }
    }

    /// <summary>Gives a host that clock from outside, as ASP.NET Core lets an environment add services to any host.</summary>
    internal sealed class SharedClockStartup : IHostingStartup
    {
        private const string PathVariable = "HARNESS_CLOCK";

        /// <summary>What a host's environment needs. The hook loads this assembly, which the host does not know.</summary>
        public static (string Name, string Value)[] Variables(string path) =>
        [
            ("DOTNET_STARTUP_HOOKS", typeof(SharedClockStartup).Assembly.Location),
            ("ASPNETCORE_HOSTINGSTARTUPASSEMBLIES", typeof(SharedClockStartup).Assembly.GetName().Name!),
            (PathVariable, path),
        ];

        public void Configure(IWebHostBuilder builder) => builder.ConfigureServices(static services =>
            services.AddSingleton<TimeProvider>(new SharedClock(Environment.GetEnvironmentVariable(PathVariable)!)));
    }
}

/// <summary>The runtime calls it before the program of the process; its name and place are the runtime's.</summary>
internal static class StartupHook
{
    public static void Initialize()
    {
        // That this assembly is loaded is all that is wanted.
    }
}
