using Microsoft.Extensions.DependencyInjection;
using StackExchange.Redis;

namespace RefreshTokenRotation.Redis.Tests.Snippets;

/// <summary>The registrations that the page on Redis shows.</summary>
internal static class Start
{
    public static void Register(IServiceCollection services)
    {
        // snippet: start
        services.AddRefreshTokenRotation()
            .UseRedis("redis1:6379,redis2:6379,redis3:6379,user=app,password=...,ssl=true");
        // end-snippet
    }

    public static void RegisterConnection(IServiceCollection services)
    {
        // snippet: connection
        services.AddRefreshTokenRotation().UseRedis(); // the IConnectionMultiplexer that you registered
        services.AddRefreshTokenRotation().UseRedis(provider => provider.GetRequiredKeyedService<IConnectionMultiplexer>("tokens"));
        // end-snippet
    }

    public static void RegisterReplicated(IServiceCollection services)
    {
        // snippet: replicas
        services.AddRefreshTokenRotation()
            .UseRedis("redis1:6379,redis2:6379,redis3:6379", options => options.ReplicasToWaitFor = 1);
        // end-snippet
    }
}
