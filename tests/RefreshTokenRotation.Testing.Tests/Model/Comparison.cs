using RefreshTokenRotation.Testing.Tests.Support;
using RefreshTokenRotation.TestSupport.Model;

namespace RefreshTokenRotation.Testing.Tests.Model;

/// <summary>An engine and the model, side by side: every operation is put to both, and every difference is an exception.</summary>
internal sealed class Comparison : IDisposable
{
    private readonly Dictionary<string, RefreshToken> _tokens = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _handles = new(StringComparer.Ordinal);

    public Comparison(Subject subject)
    {
        Subject = subject;
        Model = new ReferenceModel { Policies = subject.PolicyOf, Hook = (_, _) => subject.HookAnswer };
        Sync();
    }

    public Subject Subject { get; }

    public ReferenceModel Model { get; }

    /// <summary>Every family that was ever started, with its tenant.</summary>
    public List<(Guid Id, IssueRequest Grant)> Started { get; } = [];

    /// <summary>Every handle of a family, oldest first, deleted families among them.</summary>
    public Dictionary<Guid, List<string>> Handles { get; } = [];

    /// <summary>Every event that both have told.</summary>
    public List<ModelEvent> Told { get; } = [];

    public void Dispose() => Subject.Dispose();

    /// <summary>Gives the model the engine's time, which is never the time of two tokens: the protocol does not say which of two equally old
    /// families the cap evicts.</summary>
    public void SyncToFreshInstant()
    {
        while (AllFamilies().Any(family => family.Current.IssuedAt == Subject.Now))
        {
            Subject.Time.Advance(TimeSpan.FromTicks(1));
        }

        Sync();
    }

    public void Sync() => Model.Now = Subject.Now;

    public IEnumerable<ModelFamily> AllFamilies() => Catalog.Tenants.SelectMany(tenant => Model.List(TokenFamilyFilter.ForTenant(tenant)));

    public RefreshToken Real(string handle) => _tokens[handle];

    /// <summary>Keeps a real token for a handle that the model alone made: a forged or a mistyped one.</summary>
    public void Assign(string handle, RefreshToken token) => _tokens[handle] = token;

    /// <summary>The engine gave out a token where the model gave out a handle: both are new, or both are known and belong together.</summary>
    public void Pair(Guid familyId, string handle, RefreshToken token)
    {
        var text = token.Reveal();
        var expected = _tokens.TryGetValue(handle, out var known) ? known.Reveal() : null;
        var isKnown = _handles.TryGetValue(text, out var knownAs);
        if (expected is null && !isKnown)
        {
            _tokens[handle] = token;
            _handles[text] = handle;
            Handles.TryAdd(familyId, []);
            Handles[familyId].Add(handle);
            return;
        }

        Agree("token", handle, isKnown ? knownAs : "a token that was never seen before");
    }

    public static void Agree<T>(string what, T expected, T actual)
    {
        if (!EqualityComparer<T>.Default.Equals(expected, actual))
        {
            throw new DisagreementException($"{what}: the model says {Show(expected)}, the engine {Show(actual)}");
        }
    }

    /// <summary>Compares the events since the last time, and every family.</summary>
    public async Task CompareStateAsync()
    {
        var modelled = Model.TakeEvents();
        var expected = modelled.Select(told => told.ToString()).Order(StringComparer.Ordinal);
        var actual = Subject.Events.All.Select(told => ModelEvent.From(told).ToString()).Order(StringComparer.Ordinal);
        Agree("events", string.Join("; ", expected), string.Join("; ", actual));
        Subject.Events.Clear();
        Told.AddRange(modelled);

        foreach (var tenant in Catalog.Tenants)
        {
            var filter = TokenFamilyFilter.ForTenant(tenant);
            var page = await Subject.Families.ListAsync(filter, limit: 1000);
            FamilyComparison.Agree(Model.List(filter), page.Families, Subject.Now);
        }
    }

    private static string Show<T>(T value) => value?.ToString() ?? "nothing";
}
