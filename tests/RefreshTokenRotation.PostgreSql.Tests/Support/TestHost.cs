using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace RefreshTokenRotation.PostgreSql.Tests.Support;

/// <summary>Hosts whose start is what a test looks at.</summary>
internal static class TestHost
{
    public static IHost Create(Action<IServiceCollection> register)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        register(builder.Services);
        return builder.Build();
    }

    /// <summary>Starts a host over a schema, and stops it.</summary>
    public static async Task RunAsync(TestSchema schema, string? connectionString = null, Action<PostgreSqlStoreOptions>? configure = null)
    {
        using var host = Create(services => services.AddRefreshTokenRotation().UsePostgreSql(connectionString ?? schema.ConnectionString, options =>
        {
            options.SchemaName = schema.Name;
            configure?.Invoke(options);
        }));
        await host.StartAsync();
        await host.StopAsync();
    }

    /// <summary>Requires that a start fails with a message.</summary>
    public static async Task FailsAsync(Func<Task> start, string message) =>
        (await FluentActions.Awaiting(start).Should().ThrowAsync<InvalidOperationException>()).WithMessage(message);
}
