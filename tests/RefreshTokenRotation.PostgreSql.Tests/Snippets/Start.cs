using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace RefreshTokenRotation.PostgreSql.Tests.Snippets;

/// <summary>The registrations that the page on PostgreSQL shows.</summary>
internal static class Start
{
    public static void Register(IServiceCollection services)
    {
        // snippet: start
        services.AddRefreshTokenRotation()
            .UsePostgreSql("Host=db;Database=app;Username=app", options => options.CreateSchema = true);
        // end-snippet
    }

    public static void RegisterDataSource(IServiceCollection services)
    {
        // snippet: data-source
        services.AddRefreshTokenRotation().UsePostgreSql(provider => provider.GetRequiredService<Databases>().Tokens);
        services.AddRefreshTokenRotation().UseKeyedPostgreSql("tokens"); // registered with AddKeyedSingleton or AddNpgsqlDataSource(..., serviceKey: "tokens")
        // end-snippet
    }

    public static async Task ApplyAsync(NpgsqlDataSource dataSource)
    {
        // snippet: schema
        Console.WriteLine(PostgreSqlSchema.GetScript("auth", "refresh_token_families", fromVersion: 0));
        await PostgreSqlSchema.ApplyAsync(dataSource, "auth"); // or let a deployment job apply it
        // end-snippet
    }

    internal sealed record Databases(NpgsqlDataSource Tokens);
}
