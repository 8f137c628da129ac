using Microsoft.Extensions.DependencyInjection;
using RefreshTokenRotation.Storage;

namespace RefreshTokenRotation.Simulation.Attacks;

/// <summary>The library as a host wires it, one client, and one thief. Who is bound to a key, has it; the thief never does.</summary>
internal sealed class AttackLab : IDisposable
{
    private const string User = "alice";
    private const string App = "app";

    private readonly ServiceProvider _provider;
    private readonly IRefreshTokenService _tokens;
    private readonly ITokenFamilyManager _families;
    private readonly LabClock _clock = new();
    private readonly string? _key;
    private readonly Guid _familyId;
    private int _thiefPresented;

    public AttackLab(RotationPolicy policy, bool boundToKey)
    {
        var services = new ServiceCollection();
        services.AddSingleton<TimeProvider>(_clock);
        services.AddSingleton<ITokenStore>(new InMemoryTokenStore());
        services.AddRefreshTokenRotation(options => options.DefaultPolicy = policy);
        _provider = services.BuildServiceProvider();
        _tokens = _provider.GetRequiredService<IRefreshTokenService>();
        _families = _provider.GetRequiredService<ITokenFamilyManager>();
        _key = boundToKey ? "thumbprint-of-the-client" : null;

        var issued = Wait(_tokens.IssueAsync(new IssueRequest { Subject = User, ClientId = App, SenderKeyThumbprint = _key }));
        ClientHolds = issued.RefreshToken;
        ThiefHolds = issued.RefreshToken;
        _familyId = issued.Family.FamilyId;
    }

    /// <summary>What the client received last.</summary>
    public RefreshToken ClientHolds { get; private set; }

    /// <summary>What the thief copied or received last.</summary>
    public RefreshToken ThiefHolds { get; set; }

    /// <summary>When the reuse was detected; null if it was not.</summary>
    public string? Caught { get; private set; }

    /// <summary>Whether the thief was ever given anything.</summary>
    public bool ThiefGotIn { get; private set; }

    /// <summary>Whether the client would still be served.</summary>
    public bool ClientIsIn => Wait(_families.FindAsync(_familyId))?.GetState(_clock.Now) == FamilyState.Active;

    public void Pass(TimeSpan time) => _clock.Now += time;

    public void Revoke() => Wait(_families.RevokeAsync(TokenFamilyFilter.ForFamily(_familyId), RevocationReason.User));

    public void ClientRefreshes()
    {
        if (Caught is null && Present(ClientHolds, App, _key, "the client refreshes next") is { } token)
        {
            ClientHolds = token;
        }
    }

    public void ThiefPresents(string clientId = App)
    {
        if (Caught is not null)
        {
            return;
        }

        var when = _thiefPresented++ == 0 ? "at once" : "the thief presents again";
        if (Present(ThiefHolds, clientId, key: null, when) is { } token)
        {
            ThiefHolds = token;
            ThiefGotIn = true;
        }
    }

    /// <summary>The thief presents a token that it keeps, whatever it is given.</summary>
    public void ThiefPresents(RefreshToken old)
    {
        ThiefHolds = old;
        ThiefPresents();
    }

    public void Dispose() => _provider.Dispose();

    private RefreshToken? Present(RefreshToken token, string clientId, string? key, string when)
    {
        var result = Wait(_tokens.ExchangeAsync(new ExchangeRequest { RefreshToken = token, ClientId = clientId, SenderKeyThumbprint = key }));
        if (result is ExchangeResult.Rejected { Reason: RejectionReason.ReuseDetected } && !ClientIsIn)
        {
            Caught = when;
        }

        return result is ExchangeResult.Succeeded succeeded ? succeeded.RefreshToken : default(RefreshToken?);
    }

    private static T Wait<T>(ValueTask<T> call) => call.AsTask().GetAwaiter().GetResult();

    private sealed class LabClock : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
