using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using RefreshTokenRotation.PostgreSql.Tests.Support;
using RefreshTokenRotation.Storage;
using RefreshTokenRotation.Tests.Support;
using RefreshTokenRotation.TestSupport.OpenIddict;

namespace RefreshTokenRotation.OpenIddict.Tests;

/// <summary>Nothing that this library logs under an OpenIddict server shows a token, a hash or a selector; nor does anything that the server logs show a refresh token.
/// (OpenIddict itself logs access tokens at its lowest level.)</summary>
[TestFixture]
internal sealed class SecretTests
{
    private readonly Leaks _known = new();
    private readonly Leaks _access = new();
    private readonly InterceptingStore _store = new();
    private OpenIddictHost _host = null!;

    [TestCase(true)]
    [TestCase(false)]
    public async Task No_log_shows_a_secret(bool byReference)
    {
        using var log = new LogCapture();
        var database = await OpenIddictHost.CreateDatabaseAsync(TestServer.ConnectionString);
        await using (var before = await OpenIddictHost.StartAsync(database, policy: null, server => _ = byReference ? server.UseReferenceRefreshTokens() : server))
        {
            await using var host = await OpenIddictHost.StartAsync(
                database,
                RotationPolicy.Spa,
                server => _ = byReference ? server.UseReferenceRefreshTokens() : server,
                configureFamilies: builder => builder.Services.AddSingleton<ITokenStore>(_store)
                    .AddLogging(logging => logging.AddProvider(log).SetMinimumLevel(LogLevel.Trace)));
            _host = host;
            var old = (await before.Client.LogInAsync()).RefreshToken;
            _known.Know(old, "a token from before");
            await LiveAsync(old);
        }

        log.Entries.Should().Contain(entry => entry.Exception is RefreshTokenUnavailableException, "outages were logged");
        _known.Count.Should().BeGreaterThan(50);
        foreach (var entry in log.Entries)
        {
            var words = $"{entry.Message}\n{entry.Values()}\n{entry.Exception}";
            _known.In(words).Should().BeEmpty(entry.Category);
            if (entry.Category!.StartsWith(nameof(RefreshTokenRotation), StringComparison.Ordinal) || entry.Message.StartsWith("The family store", StringComparison.Ordinal))
            {
                _access.In(words).Should().BeEmpty();
            }
        }
    }

    private async Task LiveAsync(string old)
    {
        var first = await RefreshAsync(old);
        var second = await RefreshAsync(first);
        await RefreshAsync(first);
        await RefreshAsync(second[..^1]);
        await _host.Client.IntrospectAsync(second);
        var third = await RefreshAsync(second);
        await _host.Client.RefreshAsync(third, OpenIddictClient.OtherSpa);
        foreach (var failing in new[] { "find", "swap", "add", "revoke" })
        {
            _store.Before = name => name == failing ? throw new IOException("down") : Task.CompletedTask;
            await RefreshAsync(third);
            await _host.Client.LogInAsync();
            await _host.Client.RevokeAsync(third);
            _store.Before = null;
        }

        await RefreshAsync(first);
        await RefreshAsync(old);
        await _host.Client.RevokeAsync(third);
    }

    private async Task<string> RefreshAsync(string token)
    {
        var answer = await _host.Client.RefreshAsync(token);
        var rows = await _store.ListAsync(
            new TokenFamilyQuery(TokenFamilyFilter.ForTenant(string.Empty), After: null, Limit: 100, DateTimeOffset.UtcNow), CancellationToken.None);
        foreach (var row in rows)
        {
            _known.Know(row);
        }

        if (!answer.IsOk)
        {
            return token;
        }

        _known.Know((RefreshToken)answer.RefreshToken);
        _access.Know(answer.AccessToken, "an access token");
        return answer.RefreshToken;
    }
}
