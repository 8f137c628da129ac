using AuthorizationServer.Accounts;
using AuthorizationServer.Setup;
using AuthorizationServer.State;

namespace AuthorizationServer.Flows.AuthorizationCode;

/// <summary>Codes. An unused one lives briefly. A used one is remembered for a day, so that a second use is recognized.</summary>
internal sealed class AuthorizationCodes(IStateStore store, TimeProvider time, ServerSettings settings)
{
    private static readonly TimeSpan UsedCodeLifetime = TimeSpan.FromDays(1);

    private readonly Entries<AuthorizationCode> _entries = new(store, time, "code");

    public async ValueTask<string> CreateAsync(AuthorizeRequest request, Session session, CancellationToken cancellationToken)
    {
        var code = RandomId.New();
        var grant = new AuthorizationCode
        {
            ClientId = request.Client.ClientId,
            RedirectUri = request.Answer.RedirectUri,
            CodeChallenge = request.CodeChallenge,
            Subject = session.Subject,
            Scopes = request.Scopes,
            Resources = request.Resources,
            Nonce = request.Nonce,
            SessionId = session.Id,
            AuthenticatedAt = session.AuthenticatedAt,
            AuthorizationId = RandomId.New(),
        };
        await _entries.AddAsync(code, grant, settings.CodeLifetime, cancellationToken);
        return code;
    }

    public ValueTask<Entry<AuthorizationCode>?> FindAsync(string code, CancellationToken cancellationToken) =>
        _entries.FindAsync(code, cancellationToken);

    /// <summary>Uses a code up. Of several parallel callers, on any instance, exactly one gets true.</summary>
    public ValueTask<bool> UseAsync(string code, Entry<AuthorizationCode> entry, CancellationToken cancellationToken) =>
        _entries.SwapAsync(code, entry, entry.Value with { IsUsed = true }, UsedCodeLifetime, cancellationToken);
}
