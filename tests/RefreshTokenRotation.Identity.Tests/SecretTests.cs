using System.Net;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using RefreshTokenRotation.Identity.Tests.Support;
using RefreshTokenRotation.Storage;
using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.Identity.Tests;

/// <summary>Nothing that the whole host logs, at any level, shows a token, a hash or a selector.</summary>
[TestFixture]
internal sealed class SecretTests
{
    private readonly Leaks _known = new();

    [Test]
    public async Task No_log_of_the_host_shows_a_secret()
    {
        using var log = new LogCapture();
        await using var before = await Host.StartAsync(rotates: false);
        using var old = await before.LogInAsync();
        _known.Know(old.RefreshToken, "a token from before");
        _known.Know(old.AccessToken, "an access token");
        await using var host = await Host.StartAsync(
            after: before,
            hasInterceptedStore: true,
            configure: options => options.SendTheftEmail = true,
            services: services => services.AddSingleton<IEmailSender<TestUser>>(new TheftMailbox { Faults = 1 })
                .AddLogging(logging => logging.AddProvider(log).SetMinimumLevel(LogLevel.Trace)));
        host.Store.After = _ => Task.CompletedTask;

        await LiveAsync(host, old.RefreshToken);
        using var client = await host.LogInAsync("bob@example.com");
        Know(client);
        foreach (var failing in new[] { "find", "swap", "revoke", "add", "list" })
        {
            host.Store.Before = name => name == failing ? throw new IOException("down") : Task.CompletedTask;
            await RefreshAsync(client);
            await client.InfoAsync();
            await client.StatusAsync(HttpMethod.Delete, "/manage/sessions/others");
            using var failed = await client.PostAsync("/login", new { email = "bob@example.com", password = Host.Password });
            host.Store.Before = null;
        }

        await KnowRowsAsync(host);
        await host.ManageAsync((users, user) => users.UpdateSecurityStampAsync(user), "bob@example.com");
        (await RefreshAsync(client)).Should().Be(HttpStatusCode.Unauthorized);
        await KnowRowsAsync(host);

        log.Entries.Where(entry => entry.Category!.StartsWith("RefreshTokenRotation.Identity", StringComparison.Ordinal)).Select(entry => entry.Id.Id).Distinct()
            .Should().Contain([1, 2, 3], "the events of the package have happened");
        _known.Count.Should().BeGreaterThan(100);
        foreach (var entry in log.Entries)
        {
            _known.In($"{entry.Message}\n{entry.Values()}\n{entry.Exception}").Should().BeEmpty(entry.Category);
        }
    }

    private async Task LiveAsync(Host host, string old)
    {
        using var client = host.Connect();
        client.RefreshToken = old;
        await RefreshAsync(client);
        var stolen = client.RefreshToken;
        await RefreshAsync(client);
        await RefreshAsync(client, stolen);
        await RefreshAsync(client);
        await client.InfoAsync();
        await RefreshAsync(client, stolen[..^1]);
        await KnowRowsAsync(host);
        await RefreshAsync(client, old);
        await RefreshAsync(client, stolen);
        await client.StatusAsync(HttpMethod.Post, "/logout");
    }

    private async Task<HttpStatusCode> RefreshAsync(Client client, string? token = null)
    {
        var status = await client.RefreshAsync(token);
        Know(client);
        return status;
    }

    private void Know(Client client)
    {
        _known.Know(client.AccessToken.Length > 0 ? client.AccessToken : "none at all", "an access token");
        if (client.RefreshToken.StartsWith("rtr_", StringComparison.Ordinal))
        {
            _known.Know(client.RefreshToken);
        }
    }

    private async Task KnowRowsAsync(Host host)
    {
        foreach (var tenant in new[] { string.Empty, "rtr:taken" })
        {
            var rows = await host.Store.ListAsync(
                new TokenFamilyQuery(TokenFamilyFilter.ForTenant(tenant), After: null, Limit: 100, host.Time.GetUtcNow()), CancellationToken.None);
            rows.Should().NotBeEmpty();
            foreach (var row in rows)
            {
                _known.Know(row);
            }
        }
    }
}
