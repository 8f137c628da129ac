using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace RefreshTokenRotation.OpenIddict.Tests.Snippets;

/// <summary>What the page on adoption shows.</summary>
internal static class Adoption
{
    public static void AddPersistedGrants(IServiceCollection services, string connectionString, string identityServerConnectionString)
    {
        // snippet: persisted-grants
        services.AddRefreshTokenRotation()
            .UsePostgreSql(connectionString)
            .AddPersistedGrants(NpgsqlDataSource.Create(identityServerConnectionString));
        // end-snippet
    }

    public static void AddHashes(IServiceCollection services, string connectionString)
    {
        // snippet: hashes
        services.AddRefreshTokenRotation()
            .UsePostgreSql(connectionString)
            .AddHashedLegacyTokens(options =>
            {
                options.Hash = token => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(token)));
                options.FindAsync = (provider, hash, cancel) => provider.GetRequiredService<OldTokens>().FindAsync(hash, cancel);
                options.RetireAsync = (provider, hash, cancel) => provider.GetRequiredService<OldTokens>().RetireAsync(hash, cancel);
            });
        // end-snippet
    }

    // snippet: source
    internal sealed class OldTokenSource(IServiceScopeFactory scopes) : ILegacyTokenSource
    {
        public TimeSpan Retention => TimeSpan.FromDays(30); // as long as an old token can live

        public async ValueTask<LegacyToken?> ReadAsync(string token, CancellationToken cancellationToken)
        {
            await using var scope = scopes.CreateAsyncScope();
            var old = await scope.ServiceProvider.GetRequiredService<OldTokens>().ReadAsync(token, cancellationToken);
            return old is null ? null : new LegacyToken
            {
                CanonicalText = token,
                Grant = old.IsValid ? new IssueRequest { Subject = old.User, ClientId = old.Client, Scopes = old.Scopes } : null,
                ExpiresAt = old.SessionEnds,
            };
        }
    }
    // end-snippet

    /// <summary>The host's own access to the old server's tokens: one that it knows.</summary>
    internal sealed class OldTokens
    {
        public const string Token = "old-token-of-alice-0123456789abcdef";

        private static readonly OldToken Alice = new("alice", "web", ["read"], IsValid: true, SessionEnds: null);

        private static readonly string Hash = Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(Token)));

        public bool IsRetired { get; private set; }

        public ValueTask<OldToken?> ReadAsync(string token, CancellationToken cancellationToken)
        {
            cancellationToken.ThrowIfCancellationRequested();
            return new(token == Token ? Alice : null);
        }

        public ValueTask<LegacyGrant?> FindAsync(string hash, CancellationToken cancellationToken)
        {
            cancellationToken.ThrowIfCancellationRequested();
            return new(hash != Hash ? null : new LegacyGrant(IsRetired ? null : new IssueRequest { Subject = Alice.User, ClientId = Alice.Client, Scopes = Alice.Scopes }));
        }

        public ValueTask<bool> RetireAsync(string hash, CancellationToken cancellationToken)
        {
            cancellationToken.ThrowIfCancellationRequested();
            IsRetired |= hash == Hash;
            return ValueTask.FromResult(IsRetired);
        }
    }

    internal sealed record OldToken(string User, string Client, string[] Scopes, bool IsValid, DateTimeOffset? SessionEnds);
}
