using System.Globalization;
using RefreshTokenRotation.Simulation.Calls;
using RefreshTokenRotation.Simulation.Engines;
using RefreshTokenRotation.Storage;

namespace RefreshTokenRotation.Simulation.Defects;

/// <summary>
/// A server that keeps a row per token, as most do: read the presented row, check it, mark it used, insert the next one. Without bad habits it
/// is strict rotation as it should be; each defect changes one habit.
/// </summary>
internal sealed class RowPerToken(Stage stage, RealEngine real, RowPerToken.Habits habits) : IEngine
{
    public async ValueTask<ExchangeResult> ExchangeAsync(ExchangeRequest request)
    {
        using var token = SideTable.Parse(request);
        var found = await real.Store.FindAsync(token.LookupKey, CancellationToken.None);
        var now = stage.Clock.GetUtcNow();
        if (found is null || found.Grant.ClientId != request.ClientId || !IsOpen(found, now))
        {
            return new ExchangeResult.Rejected(RejectionReason.Unknown);
        }

        var id = SideTable.IdOf(token);
        if (Find(found, id) is not { } row || (row.UsedAt is { } used && now - used >= habits.ForgetsUsedAfter))
        {
            return new ExchangeResult.Rejected(RejectionReason.Unknown);
        }

        var isInGrace = row.UsedAt is { } usedAt && habits.GraceForAnyUsed && now - usedAt < stage.Policy.Leeway;
        if (row.UsedAt is not null && !isInGrace)
        {
            return await SideTable.EndAsync(real.Store, token.LookupKey, now);
        }

        var claims = !isInGrace;
        if (habits.ClaimsBeforeSigning)
        {
            await SideTable.UpdateAsync(real.Store, token.LookupKey, current => Claim(current, id, now));
            claims = false;
        }

        if (request.CreateAccessToken is not null)
        {
            await stage.SignAsync();
        }

        var secret = SideTable.NewSecret(stage);
        var written = await SideTable.UpdateAsync(real.Store, token.LookupKey, current => Insert(claims ? Claim(current, id, now) : current, secret, now));
        return written is not null ? SideTable.Answer(token, written, secret)
            : habits.Removes ? new ExchangeResult.Rejected(RejectionReason.Unknown)
            : await SideTable.EndAsync(real.Store, token.LookupKey, now);
    }

    public ValueTask ConfirmUseAsync(Guid familyId, long generation) => ValueTask.CompletedTask;

    public ValueTask RevokeAsync(Guid familyId) => real.RevokeAsync(familyId);

    private bool IsOpen(TokenFamily family, DateTimeOffset now) =>
        family.GetState(now) == FamilyState.Active
        || (habits.GraceForRevoked && family.RevokedAt is { } revokedAt && now - revokedAt < stage.Policy.Leeway);

    /// <summary>The presented row is marked or removed; null where that affects no row and the count is looked at.</summary>
    private TokenFamily? Claim(TokenFamily current, string id, DateTimeOffset now)
    {
        var isLive = Find(current, id) is { UsedAt: null } && IsOpen(current, now);
        if (habits.ClaimsOnlyLive && habits.HeedsCount && !isLive)
        {
            return null;
        }

        return !habits.MarksUsed ? current
            : Write(current, [.. Rows(current).Where(row => row.Id != id), .. habits.Removes ? Array.Empty<Row>() : [new Row(id, now)]]);
    }

    private static TokenFamily? Insert(TokenFamily? claimed, byte[] secret, DateTimeOffset now)
    {
        if (claimed is null)
        {
            return null;
        }

        var next = SideTable.WithSuccessor(claimed, secret, now);
        return Write(next, [.. Rows(claimed), new Row(SideTable.IdOf(next.SecretHash), null)]);
    }

    private static Row? Find(TokenFamily family, string id) => Rows(family).SingleOrDefault(row => row.Id == id);

    private static Row[] Rows(TokenFamily family)
    {
        var text = SideTable.TextOf(family);
        return text.Length == 0 ? [new Row(SideTable.IdOf(family.SecretHash), null)]
            : text == "empty" ? []
            : [.. text.Split(' ').Select(Row.Parse)];
    }

    private static TokenFamily Write(TokenFamily family, Row[] rows) => SideTable.WithText(
        family, rows.Length == 0 ? "empty" : string.Join(' ', rows.OrderBy(row => row.Id, StringComparer.Ordinal).Select(row => row.Text)));

    /// <summary>How the server goes about it.</summary>
    internal sealed record Habits
    {
        /// <summary>Whether the statement that marks the presented row has the condition that it is still unused.</summary>
        public bool ClaimsOnlyLive { get; init; } = true;

        /// <summary>Whether a count of no rows fails the request.</summary>
        public bool HeedsCount { get; init; } = true;

        /// <summary>Whether the presented row is marked or removed at all.</summary>
        public bool MarksUsed { get; init; } = true;

        /// <summary>Whether it is removed rather than marked.</summary>
        public bool Removes { get; init; }

        /// <summary>Whether it is marked in a write of its own, before the access token is produced.</summary>
        public bool ClaimsBeforeSigning { get; init; }

        /// <summary>Whether any token that was used within the grace period is accepted once more.</summary>
        public bool GraceForAnyUsed { get; init; }

        /// <summary>Whether a family that was revoked within the grace period is.</summary>
        public bool GraceForRevoked { get; init; }

        /// <summary>When a clean-up job deletes used rows.</summary>
        public TimeSpan ForgetsUsedAfter { get; init; } = TimeSpan.MaxValue;
    }

    private sealed record Row(string Id, DateTimeOffset? UsedAt)
    {
        public string Text => $"{Id}:{Universe.Seconds(UsedAt)?.ToString(CultureInfo.InvariantCulture)}";

        public static Row Parse(string text)
        {
            var parts = text.Split(':');
            return new Row(parts[0], parts[1].Length == 0 ? null : Universe.At(int.Parse(parts[1], CultureInfo.InvariantCulture)));
        }
    }
}
