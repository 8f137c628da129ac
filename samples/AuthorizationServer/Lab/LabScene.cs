using AuthorizationServer.Setup;
using RefreshTokenRotation;

namespace AuthorizationServer.Lab;

/// <summary>A user and a thief of a real client of this server, with their own engine. Each method is something that one of them can do;
/// the engine decides what comes of it.</summary>
internal sealed class LabScene(ClientSettings client, string subject, LabPreset preset, LabTimeline timeline) : IAsyncDisposable
{
    private readonly LabEngine _engine = new(client);
    private int _tokens;

    public LabPreset Preset { get; private set; } = preset;

    public LabTimeline Timeline => timeline;

    public LabEngine Engine => _engine;

    public LabHolder User { get; } = new();

    public LabHolder Thief { get; } = new();

    public bool HasSecondTab { get; private set; }

    public LabFamily? Family { get; private set; }

    /// <summary>The client begins with the policy of the server's settings. Only another preset is set at run time.</summary>
    public ValueTask PrepareAsync() => _engine.Policies.SetAsync(client.ClientId, Preset.Policy);

    public async Task<LabRefusal?> LogInAsync()
    {
        var issued = await _engine.Tokens.IssueAsync(new IssueRequest
        {
            Subject = subject,
            ClientId = client.ClientId,
            Scopes = ["offline_access"],
            Resources = client.DefaultAudience is { } audience ? [audience] : [],
            Device = LabPresenter.User.Device,
        });
        Family = new LabFamily((Family?.Number ?? 0) + 1, issued.Family.FamilyId);
        User.Take(Recognise(Family, issued.RefreshToken, issued.Family.Generation));
        Tell(new LabEntry("issued", "user", "Logged in", "The user logged in: a new family begins with generation 0.") { Answer = "200" });
        return null;
    }

    public async Task<LabRefusal?> LogOutAsync()
    {
        if (User.Current is not { } token)
        {
            return Empty(LabPresenter.User);
        }

        var result = await _engine.Tokens.RevokeAsync(new RevokeRequest { RefreshToken = token.Value, ClientId = client.ClientId });
        User.Drop(token);
        Tell(new LabEntry("revoked", "user", "Logged out", result == RevokeResult.Revoked
            ? "The user logged out: the client revoked its token, and with it the whole family. Every copy of its tokens is worthless."
            : "The user logged out. There was nothing left to revoke."));
        return null;
    }

    public async Task<LabRefusal?> RefreshAsync(LabPresenter by, bool responseIsLost)
    {
        if (by == LabPresenter.SecondTab && !HasSecondTab)
        {
            return new LabRefusal("There is no second tab yet.");
        }

        return HolderOf(by).Current is { } token ? await PresentAsync(by, token, responseIsLost) : Empty(by);
    }

    public async Task<LabRefusal?> RetryAsync() =>
        User is { HasLostResponse: true, Current: { } token }
            ? await PresentAsync(LabPresenter.User, token)
            : new LabRefusal("The user lost no response.");

    public async Task<LabRefusal?> ReplayAsync(LabPresenter by, int id) =>
        HolderOf(by).Wallet.Find(held => held.Id == id) is { } token
            ? await PresentAsync(by, token)
            : new LabRefusal($"{LabText.Sentence(by.Words)} does not hold that token.");

    /// <summary>Both tabs read the same token and send it at once.</summary>
    public async Task<LabRefusal?> RaceAsync()
    {
        if (!HasSecondTab)
        {
            return new LabRefusal("There is no second tab yet.");
        }

        if (User.Current is not { } token)
        {
            return Empty(LabPresenter.User);
        }

        var policy = Preset.Policy;
        var answers = await Task.WhenAll(
            Task.Run(() => ExchangeAsync(LabPresenter.User, token)),
            Task.Run(() => ExchangeAsync(LabPresenter.SecondTab, token)));

        // The one that rotated comes first, whichever was published first.
        foreach (var answer in answers.OrderBy(answer => answer.Event is RefreshTokenEvent.Exchanged { Outcome: not ExchangeOutcome.Reissued } ? 0 : 1))
        {
            Take(answer, token, policy);
        }

        return null;
    }

    public LabRefusal? OpenTab()
    {
        if (HasSecondTab)
        {
            return new LabRefusal("The second tab is open already.");
        }

        HasSecondTab = true;
        Tell(new LabEntry("tab", "user", "Second tab", "The user opened a second tab. It shares the storage, so it reads the same token."));
        return null;
    }

    public LabRefusal? Steal()
    {
        if (User.Current is not { } token)
        {
            return new LabRefusal("The user holds no token that could be stolen.");
        }

        if (Thief.Current == token)
        {
            return new LabRefusal("The thief has that token already.");
        }

        Thief.Take(token);
        Tell(new LabEntry("stolen", "thief", "Stolen", $"The thief copied {LabText.Generation(token.Generation)}. A copy leaves no trace: the engine can't notice it yet."));
        return null;
    }

    public LabRefusal? Move(TimeSpan by)
    {
        _engine.Clock.Advance(by);
        Tell(new LabEntry("clock", "world", $"+{LabText.Span(by)}", "The clock moved."));
        return null;
    }

    public async Task<LabRefusal?> SwitchAsync(LabPreset to)
    {
        await _engine.Policies.SetAsync(client.ClientId, to.Policy);
        Preset = to;
        Tell(new LabEntry("preset", "world", to.Name, "The client's preset was changed. It applies from the next exchange on."));
        return null;
    }

    public ValueTask DisposeAsync() => _engine.DisposeAsync();

    private async Task<LabRefusal?> PresentAsync(LabPresenter by, LabToken token, bool responseIsLost = false)
    {
        var policy = Preset.Policy;
        Take(await ExchangeAsync(by, token), token, policy, responseIsLost);
        return null;
    }

    private async Task<LabAnswer> ExchangeAsync(LabPresenter by, LabToken token)
    {
        var result = await _engine.Tokens.ExchangeAsync(
            new ExchangeRequest { RefreshToken = token.Value, ClientId = client.ClientId, Device = by.Device });
        return new LabAnswer(by, result, await _engine.Events.NextAsync(by));
    }

    private void Take(LabAnswer answer, LabToken token, RotationPolicy policy, bool responseIsLost = false)
    {
        var (by, result, told) = answer;
        var holder = HolderOf(by);
        var thiefHolds = Thief.Wallet.Exists(held => held.Family == token.Family);
        var hasNewer = holder.Wallet.Exists(held => held.Family == token.Family && held.Generation > token.Generation);
        var entry = LabWords.Of(told, by, token, policy, thiefHolds, hasNewer);
        token.Family.HasAlarm |= entry.IsAlarm;
        if (result is not ExchangeResult.Succeeded next)
        {
            holder.Drop(token);
            Tell(entry);
            return;
        }

        var family = token.Family;
        if (next.Outcome is not (ExchangeOutcome.Used or ExchangeOutcome.Reissued))
        {
            if (next.Outcome == ExchangeOutcome.Recovered)
            {
                family.Chain[^1].IsDisplaced = true;
            }
            else
            {
                token.SpentBy = by;
            }

            family.Previous = token;
            family.RotatedAt = next.Family.RotatedAt;
        }

        var got = Recognise(family, next.RefreshToken, next.Family.Generation);
        if (responseIsLost)
        {
            holder.HasLostResponse = true;
            Tell(entry with { Kind = "lost", Title = "Response lost", Words = $"{entry.Words} The response is lost: {by.Words} still holds {LabText.Generation(token.Generation)}.", Answer = "200, lost" });
            return;
        }

        holder.Take(got);
        Tell(entry);
    }

    private LabToken Recognise(LabFamily family, RefreshToken value, long generation)
    {
        var known = family.Chain.Find(token => token.Value == value);
        if (known is null)
        {
            known = new LabToken(++_tokens, family, generation, value);
            family.Chain.Add(known);
        }

        return known;
    }

    private LabHolder HolderOf(LabPresenter presenter) => presenter == LabPresenter.Thief ? Thief : User;

    private static LabRefusal Empty(LabPresenter by) =>
        new(by == LabPresenter.Thief ? "The thief has no token that still seems to work." : "The user is not logged in.");

    private void Tell(LabEntry entry) => timeline.Add(entry, _engine.Clock.GetUtcNow());
}
