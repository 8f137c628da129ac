using System.Globalization;
using RefreshTokenRotation.Simulation.Calls;
using RefreshTokenRotation.Simulation.Engines;
using RefreshTokenRotation.Storage;

namespace RefreshTokenRotation.Simulation.Defects;

/// <summary>
/// A server whose refresh tokens are signed and not stored. A note in the session says which token was used last, when, how often, and which
/// was sent out last. Without bad habits it is strict rotation as it should be; each defect changes one habit.
/// </summary>
internal sealed class SessionNote(Stage stage, RealEngine real, SessionNote.Habits habits) : IEngine
{
    /// <summary>What a write of the session compares with what was read.</summary>
    internal enum Guard
    {
        /// <summary>The whole session.</summary>
        Session,

        /// <summary>The note of the refreshes only, not whether the session was revoked meanwhile.</summary>
        Note,

        /// <summary>Nothing: the last write wins.</summary>
        Nothing,
    }

    public async ValueTask<ExchangeResult> ExchangeAsync(ExchangeRequest request)
    {
        using var token = SideTable.Parse(request);
        var id = SideTable.IdOf(token);
        while (true)
        {
            var found = await real.Store.FindAsync(token.LookupKey, CancellationToken.None);
            var now = stage.Clock.GetUtcNow();
            if (found is null || found.Grant.ClientId != request.ClientId || found.GetState(now) != FamilyState.Active)
            {
                return new ExchangeResult.Rejected(RejectionReason.Unknown);
            }

            var note = Note.Of(found);
            var count = id == note.LastUsed ? note.Count : 0;
            if (count > 0 || (id != note.LastUsed && IsStale(note, id, now)))
            {
                return await SideTable.EndAsync(real.Store, token.LookupKey, now);
            }

            note = note with { LastUsed = id, LastRefresh = (int)Universe.Seconds(now)!, Count = count + 1 };
            if (habits.CountsBeforeCommit)
            {
                var counted = note.In(found) with { Version = found.Version + 1 };
                if (!await WriteAsync(found, counted))
                {
                    continue;
                }

                found = counted;
            }

            var secret = SideTable.NewSecret(stage);
            var next = SideTable.WithSuccessor(found, secret, now);
            next = note.WithIssued(SideTable.IdOf(next.SecretHash), (int)Universe.Seconds(now)!).In(next);
            if (await WriteAsync(found, next))
            {
                return SideTable.Answer(token, next, secret);
            }
        }
    }

    public ValueTask ConfirmUseAsync(Guid familyId, long generation) => ValueTask.CompletedTask;

    public ValueTask RevokeAsync(Guid familyId) => real.RevokeAsync(familyId);

    private bool IsStale(Note note, string id, DateTimeOffset now)
    {
        var wasRestarted = habits.RestartedAt is { } restart && now >= Universe.At(restart) && restart > note.LastRefresh;
        return !wasRestarted && (habits.KnowsLatest ? id != note.Latest : note.IssuedAt(id) < note.LastRefresh);
    }

    private async ValueTask<bool> WriteAsync(TokenFamily read, TokenFamily next)
    {
        if (habits.Writes == Guard.Session)
        {
            return await real.Store.CompareAndSwapAsync(next with { Version = read.Version + 1 }, read.Version, CancellationToken.None);
        }

        return await SideTable.UpdateAsync(
            real.Store,
            read.Grant.LookupKey,
            current => habits.Writes == Guard.Note && SideTable.TextOf(current) != SideTable.TextOf(read) ? null : next) is not null;
    }

    /// <summary>How the server goes about it.</summary>
    internal sealed record Habits
    {
        public Guard Writes { get; init; } = Guard.Session;

        /// <summary>Whether the token that was sent out last is known, and not told by its time of issue alone.</summary>
        public bool KnowsLatest { get; init; } = true;

        /// <summary>When the cluster was restarted, in seconds: stale tokens are not looked for where the last refresh was before that.</summary>
        public int? RestartedAt { get; init; }

        /// <summary>Whether the count is changed in memory, where it outlives a transaction that fails.</summary>
        public bool CountsBeforeCommit { get; init; }
    }

    /// <param name="LastUsed">The token that was used last.</param>
    /// <param name="LastRefresh">When, in whole seconds.</param>
    /// <param name="Count">How often.</param>
    /// <param name="Latest">The token that was sent out last.</param>
    /// <param name="Issued">When each token was issued, in whole seconds; a signed token says that itself.</param>
    private sealed record Note(string LastUsed, int LastRefresh, int Count, string Latest, string Issued)
    {
        public static Note Of(TokenFamily family)
        {
            var text = SideTable.TextOf(family);
            if (text.Length == 0)
            {
                return new Note("", 0, 0, SideTable.IdOf(family.SecretHash), "");
            }

            var parts = text.Split('|');
            return new Note(parts[0], Number(parts[1]), Number(parts[2]), parts[3], parts[4]);
        }

        public TokenFamily In(TokenFamily family) => SideTable.WithText(
            family, string.Create(CultureInfo.InvariantCulture, $"{LastUsed}|{LastRefresh}|{Count}|{Latest}|{Issued}"));

        public Note WithIssued(string id, int at) =>
            this with { Latest = id, Issued = string.Create(CultureInfo.InvariantCulture, $"{Issued} {id}:{at}") };

        public int IssuedAt(string id) =>
            Issued.Split(' ').FirstOrDefault(entry => entry.StartsWith(id, StringComparison.Ordinal)) is { } entry ? Number(entry[(id.Length + 1)..]) : 0;

        private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
    }
}
