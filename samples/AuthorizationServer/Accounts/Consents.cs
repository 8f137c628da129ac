using AuthorizationServer.State;

namespace AuthorizationServer.Accounts;

/// <summary>What users have allowed which clients.</summary>
internal sealed class Consents(IStateStore store, TimeProvider time)
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromDays(365);

    private readonly Entries<Consent> _entries = new(store, time, "consent");

    public async ValueTask<bool> CoversAsync(
        string subject, string clientId, IReadOnlyList<string> scopes, IReadOnlyList<string> resources, CancellationToken cancellationToken) =>
        await _entries.FindAsync(Key(subject, clientId), cancellationToken) is { } entry
        && !scopes.Except(entry.Value.Scopes).Any()
        && !resources.Except(entry.Value.Resources).Any();

    /// <summary>Adds to what was allowed before. If the user submits two pages at once, both count.</summary>
    public async ValueTask AddAsync(
        string subject, string clientId, IReadOnlyList<string> scopes, IReadOnlyList<string> resources, CancellationToken cancellationToken)
    {
        var key = Key(subject, clientId);
        bool stored;
        do
        {
            var before = await _entries.FindAsync(key, cancellationToken);
            var consent = new Consent(
                [.. scopes.Union(before?.Value.Scopes ?? [])],
                [.. resources.Union(before?.Value.Resources ?? [])]);
            stored = before is null
                ? await _entries.AddAsync(key, consent, Lifetime, cancellationToken)
                : await _entries.SwapAsync(key, before, consent, Lifetime, cancellationToken);
        }
        while (!stored);
    }

    private static string Key(string subject, string clientId) => $"{subject}\n{clientId}";
}
