using RefreshTokenRotation.Storage;
using RefreshTokenRotation.Testing.Tests.Support;

namespace RefreshTokenRotation.Testing.Tests.Faults;

/// <summary>One family, one client that keeps what it is given, and a store that fails. Watches the invariants all the time.</summary>
internal sealed class FaultWorld : IDisposable
{
    public const string Client = "web";

    private readonly Dictionary<long, RefreshToken> _byGeneration = [];
    private readonly List<RefreshToken> _inFlight = [];
    private readonly List<RefreshToken> _late = [];
    private readonly Opaque256 _lookupKey;
    private string? _broken;

    private FaultWorld(Subject subject, FaultingTokenStore store, Witness witness, IssueResult issued)
    {
        (Subject, Store, Witness, FamilyId) = (subject, store, witness, issued.Family.FamilyId);
        Newest = Previous = issued.RefreshToken;
        Given.Add(issued.RefreshToken);
        _lookupKey = Standing.LookupKey(Newest);
        _byGeneration[0] = Newest;
        witness.OnChange = Watch;
    }

    public Subject Subject { get; }

    public FaultingTokenStore Store { get; }

    public Witness Witness { get; }

    public Guid FamilyId { get; }

    /// <summary>The newest token that the client knows.</summary>
    public RefreshToken Newest { get; private set; }

    /// <summary>The token that the client held before.</summary>
    public RefreshToken Previous { get; private set; }

    /// <summary>Every token that the client was ever given, oldest first.</summary>
    public List<RefreshToken> Given { get; } = [];

    public RotationPolicy Policy => Subject.DefaultPolicy;

    public static async Task<FaultWorld> CreateAsync(Func<ITokenStore, Subject> engine, RotationPolicy policy, string? key = null)
    {
        var witness = new Witness(new InMemoryTokenStore());
        var store = new FaultingTokenStore(witness);
        var subject = engine(store);
        subject.DefaultPolicy = policy;
        var issued = await subject.Tokens.IssueAsync(
            new IssueRequest { Subject = "alice", ClientId = Client, Scopes = ["openid"], SenderKeyThumbprint = key });
        return new FaultWorld(subject, store, witness, issued);
    }

    public void Dispose() => Subject.Dispose();

    /// <summary>What is really stored.</summary>
    public async Task<TokenFamily?> RowAsync() => await Witness.FindAsync(_lookupKey, CancellationToken.None);

    public bool IsGood(RefreshToken token, TokenFamily row) => Standing.IsGood(token, row, Policy, Subject.Now);

    /// <summary>Whether a token is good, and no late write can change that before it is judged: one may carry the client's own rotation of long
    /// ago.</summary>
    public async Task<bool> IsSurelyGoodAsync(RefreshToken token) =>
        Store.LateWriteCount == 0 && await RowAsync() is { } row && row.GetState(Subject.Now) == FamilyState.Active && IsGood(token, row);

    /// <summary>Presents a token and checks all that holds of every answer. Null for an outage.</summary>
    public async Task<ExchangeResult?> PresentAsync(RefreshToken token)
    {
        _inFlight.Add(token);
        try
        {
            var request = new ExchangeRequest { RefreshToken = token, ClientId = Client };
            var answer = await Subject.Tokens.ExchangeAsync(request);
            if (answer is ExchangeResult.Succeeded success)
            {
                Accept(token, success);
            }

            return answer;
        }
        catch (RefreshTokenUnavailableException)
        {
            return null;
        }
        finally
        {
            _inFlight.Remove(token);
            if (Store.LateWriteCount > 0)
            {
                _late.Add(token);
            }

            Require(_broken is null, _broken!);
        }
    }

    public static void Require(bool holds, string otherwise)
    {
        if (!holds)
        {
            throw new BrokenInvariantException(otherwise);
        }
    }

    private void Accept(RefreshToken presented, ExchangeResult.Succeeded success)
    {
        var token = success.RefreshToken;
        Require(Witness.Committed.Any(row => Standing.IsCurrent(token, row)), $"{success.Outcome} gave out a token that was never stored");

        var generation = success.Family.Generation;
        var known = _byGeneration.GetValueOrDefault(generation, token);
        Require(known == token, $"generation {generation} has two tokens: both live on");
        _byGeneration[generation] = token;

        if (token != Newest && !Given.Contains(token))
        {
            (Previous, Newest) = (presented, token);
            Given.Add(token);
        }
    }

    // Runs inside the store: what it finds is told by the call that is under way.
    private void Watch(TokenFamily before, TokenFamily after)
    {
        if (before.Grant.FamilyId != FamilyId)
        {
            return;
        }

        if (after.Generation != before.Generation + (after.SecretHash == before.SecretHash ? 0 : 1))
        {
            _broken ??= $"a write led from generation {before.Generation} to {after.Generation}";
        }

        // A revocation may land late, long after the call that wanted it.
        if (before.RevokedAt is null && after.RevocationReason == RevocationReason.ReuseDetected
            && _inFlight.Concat(_late).All(token => IsGood(token, before)))
        {
            _broken ??= "a family was revoked for reuse though every presented token was good";
        }

        if (before.RevokedAt is not null && (after.RevokedAt is null || after.SecretHash != before.SecretHash))
        {
            _broken ??= "a revoked family came back";
        }
    }
}
