using System.Net;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using RefreshTokenRotation.Identity.Tests.Migrations;
using RefreshTokenRotation.Identity.Tests.Support;

namespace RefreshTokenRotation.Identity.Tests.Postgres;

/// <summary>A site on PostgreSQL whose migrations the EF tools have written: one from before rotation, and the one that adds it.</summary>
[TestFixture]
internal sealed class MigrationTests
{
    [Test]
    public async Task Site_that_upgrades_keeps_its_users_logged_in_and_detects_replays()
    {
        var database = await Server.CreateDatabaseAsync();
        await using var before = await Host.StartAsync(rotates: false, postgres: database, migration: nameof(Users));
        using var client = await before.LogInAsync();
        (await TablesAsync(before)).Should().Contain("AspNetUsers").And.NotContain("RefreshTokenFamilies");
        (await client.RefreshAsync()).Should().Be(HttpStatusCode.OK);

        await using var host = await Host.StartAsync(after: before, postgres: database);
        (await TablesAsync(host)).Should().Contain(["AspNetUsers", "RefreshTokenFamilies"]);
        using var later = host.Connect();
        (later.AccessToken, later.RefreshToken) = (client.AccessToken, client.RefreshToken);
        (await later.InfoAsync()).Should().Be(HttpStatusCode.OK);
        for (var generation = 1; generation <= 3; generation++)
        {
            (await later.RefreshAsync()).Should().Be(HttpStatusCode.OK);
            (await host.FamiliesAsync()).Should().ContainSingle().Which.Generation.Should().Be(generation);
        }

        (await later.InfoAsync()).Should().Be(HttpStatusCode.OK);
        (await later.RefreshAsync(client.RefreshToken)).Should().Be(HttpStatusCode.Unauthorized);
        (await later.InfoAsync()).Should().Be(HttpStatusCode.Unauthorized);
        (await later.RefreshAsync()).Should().Be(HttpStatusCode.Unauthorized);
        (await host.FamiliesAsync()).Should().ContainSingle().Which.RevocationReason.Should().Be(RevocationReason.ReuseDetected);
    }

    [Test]
    public async Task Migrations_leave_nothing_of_the_model_out()
    {
        await using var host = await Host.StartAsync(postgres: await Server.CreateDatabaseAsync());
        await using var scope = host.Services.CreateAsyncScope();
        var database = scope.ServiceProvider.GetRequiredService<TestDb>().Database;
        database.HasPendingModelChanges().Should().BeFalse();
        (await database.GetAppliedMigrationsAsync()).Should().HaveCount(2);
    }

    [Test, Category("Race")]
    public async Task Token_presented_at_once_never_forks()
    {
        await using var host = await Host.StartAsync(postgres: await Server.CreateDatabaseAsync());
        await Races.RunAsync(host);
    }

    private static async Task<string[]> TablesAsync(Host host)
    {
        await using var scope = host.Services.CreateAsyncScope();
        var database = scope.ServiceProvider.GetRequiredService<TestDb>().Database;
        return await database.SqlQueryRaw<string>("SELECT table_name AS \"Value\" FROM information_schema.tables WHERE table_schema = 'public'").ToArrayAsync();
    }
}
