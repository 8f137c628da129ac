using System.Data;
using System.Security.Cryptography;
using Microsoft.Extensions.Logging;

namespace RefreshTokenRotation.EntityFrameworkCore.Internal;

/// <summary>Writes, compares, changes and deletes a row of each table, in a transaction that is rolled back: what the store needs is there, and
/// the database distinguishes texts, whatever the columns were created with.</summary>
internal sealed class RowTrial(DbContext context, bool usesReplays, ILogger logger)
{
    /// <summary>Stored in every column that a query compares.</summary>
    private const string Stored = "A\u00e9";

    /// <summary>The same without its case, and without its accent.</summary>
    private static readonly string[] Others = ["a\u00e9", "Ae"];

    private readonly byte[] _key = RandomNumberGenerator.GetBytes(32);
    private readonly int _bucket = -RandomNumberGenerator.GetInt32(1, int.MaxValue);

    /// <summary>Tries the tables.</summary>
    /// <exception cref="InvalidOperationException">The message names the columns that take one text for another, or what can't be done.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        List<string> mixed;
        try
        {
            mixed = await RunAsync(ownStatements: true, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception fault) when (!cancellationToken.IsCancellationRequested)
        {
            throw StartFault.Unusable(context, fault);
        }

        if (mixed.Count > 0)
        {
            throw new InvalidOperationException(
                $"The database compares these columns of the refresh token store without case or accents, so that one user would be taken for another: "
                + $"{string.Join(", ", mixed)}. Give them a binary collation: the option Collation of modelBuilder.AddRefreshTokenRotation() names it, and a migration sets it.");
        }
    }

    /// <summary>Tries the store's statements for an exchange, and where something fails, the framework's own.</summary>
    private async Task<List<string>> RunAsync(bool ownStatements, CancellationToken cancellationToken)
    {
        try
        {
            return await context.Database.CreateExecutionStrategy().ExecuteAsync(token => TryAsync(ownStatements, token), cancellationToken).ConfigureAwait(false);
        }
        catch (Exception refusal) when (ownStatements && !cancellationToken.IsCancellationRequested)
        {
            var mixed = await RunAsync(ownStatements: false, cancellationToken).ConfigureAwait(false);
            ExchangeStatements.Of(context).Refuse();
            logger.OwnStatementsAreRefused(refusal, context.GetType().Name);
            return mixed;
        }
    }

    private async Task<List<string>> TryAsync(bool ownStatements, CancellationToken cancellationToken)
    {
        context.ChangeTracker.Clear();
        var transaction = await context.Database.BeginTransactionAsync(IsolationLevel.ReadCommitted, cancellationToken).ConfigureAwait(false);
        await using var ownedTransaction = transaction.ConfigureAwait(false);
        context.Database.AutoSavepointsEnabled = false;
        var family = Family();
        context.AddRange(family, new LockRow { Bucket = _bucket }, new PolicyRow { Key = _key, TenantId = Stored, ClientId = Stored, Policy = Stored });
        if (usesReplays)
        {
            context.Add(new ReplayRow { Key = _key });
        }

        await context.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
        context.ChangeTracker.Clear();
        var mixed = new List<string>();
        foreach (var other in Others)
        {
            mixed.AddRange(await FindMixedAsync(other, cancellationToken).ConfigureAwait(false));
        }

        // Some databases can't search at all in what they compare so.
        if (mixed.Count == 0)
        {
            await SearchAsync(mixed, cancellationToken).ConfigureAwait(false);
            await ExchangeAsync(family, ownStatements, cancellationToken).ConfigureAwait(false);
            await WriteAgainAsync(cancellationToken).ConfigureAwait(false);
        }

        await transaction.RollbackAsync(cancellationToken).ConfigureAwait(false);
        return [.. mixed.Distinct(StringComparer.Ordinal)];
    }

    private FamilyRow Family() => new()
    {
        LookupKey = _key,
        FamilyId = Guid.NewGuid(),
        Version = 1,
        SecretHash = _key,
        TenantId = Stored,
        Subject = Stored,
        ClientId = Stored,
        SessionId = Stored,
        AuthorizationId = Stored,
        Resources = TextList.Write([Stored]),
        FirstDeviceName = "Zo\u00eb\u2019s \U0001F4F1",
    };

    private IQueryable<PolicyRow> Policies => context.Set<PolicyRow>().IgnoreQueryFilters().AsNoTracking().Where(row => row.Key == _key);

    /// <summary>The columns that take this text for the stored one.</summary>
    private async Task<IEnumerable<string>> FindMixedAsync(string other, CancellationToken cancellationToken)
    {
        var equal = await context.Families().Where(row => row.LookupKey == _key).Select(row => new
        {
            TenantId = row.TenantId == other,
            Subject = row.Subject == other,
            ClientId = row.ClientId == other,
            SessionId = row.SessionId == other,
            AuthorizationId = row.AuthorizationId == other,
        }).SingleAsync(cancellationToken).ConfigureAwait(false);
        var isPolicyEqual = await Policies.AnyAsync(row => row.Policy == other, cancellationToken).ConfigureAwait(false);
        (bool IsEqual, Type Row, string Property)[] compared =
        [
            (equal.TenantId, typeof(FamilyRow), nameof(FamilyRow.TenantId)),
            (equal.Subject, typeof(FamilyRow), nameof(FamilyRow.Subject)),
            (equal.ClientId, typeof(FamilyRow), nameof(FamilyRow.ClientId)),
            (equal.SessionId, typeof(FamilyRow), nameof(FamilyRow.SessionId)),
            (equal.AuthorizationId, typeof(FamilyRow), nameof(FamilyRow.AuthorizationId)),
            (isPolicyEqual, typeof(PolicyRow), nameof(PolicyRow.Policy)),
        ];
        return from column in compared
               where column.IsEqual
               select NameOf(column.Row, column.Property);
    }

    private async Task SearchAsync(List<string> mixed, CancellationToken cancellationToken)
    {
        foreach (var other in Others)
        {
            var list = TextList.Write([other])!;
            if (await context.Families().AnyAsync(row => row.LookupKey == _key && row.Resources!.Contains(list), cancellationToken).ConfigureAwait(false))
            {
                mixed.Add(NameOf(typeof(FamilyRow), nameof(FamilyRow.Resources)));
            }
        }
    }

    private string NameOf(Type row, string property)
    {
        var entity = context.Model.FindEntityType(row)!;
        return $"{entity.GetTableName()}.{entity.FindProperty(property)!.GetColumnName()}";
    }

    /// <summary>The statements of an exchange: what is written must be what is read.</summary>
    private async Task ExchangeAsync(FamilyRow family, bool ownStatements, CancellationToken cancellationToken)
    {
        (family.Version, family.Salt, family.RotatedAt, family.LastUserAgent) = (2, _key, DateTimeOffset.MaxValue.UtcTicks, family.FirstDeviceName);
        var own = ExchangeStatements.Of(context);
        var swapped = ownStatements
            ? await own.SwapAsync(context, family, expectedVersion: 1, cancellationToken).ConfigureAwait(false)
            : await context.UpdateFamilyAsync(family, expectedVersion: 1, cancellationToken).ConfigureAwait(false);
        var found = ownStatements
            ? await own.FindAsync(context, _key, cancellationToken).ConfigureAwait(false)
            : await context.QueryFamilyAsync(_key, cancellationToken).ConfigureAwait(false);
        if (swapped != 1 || found is null)
        {
            throw new InvalidOperationException($"An update of one row changed {swapped}, and a query {(found is null ? "doesn't find" : "finds")} it.");
        }

        var changed = context.Model.FindEntityType(typeof(FamilyRow))!.GetProperties()
            .Where(property => !property.IsShadowProperty()
                && !property.GetValueComparer().Equals(property.GetGetter().GetClrValue(family), property.GetGetter().GetClrValue(found.Row)))
            .Select(property => NameOf(typeof(FamilyRow), property.Name)).ToArray();
        if (changed.Length > 0)
        {
            throw new InvalidOperationException($"These columns return a value other than the one that was written: {string.Join(", ", changed)}.");
        }
    }

    /// <summary>The other statements of the store: each says by itself what it may not do.</summary>
    private async Task WriteAgainAsync(CancellationToken cancellationToken)
    {
        await context.Families().Where(row => row.LookupKey == _key).DeleteAsync(context, cancellationToken).ConfigureAwait(false);
        await Policies.ExecuteUpdateAsync(static set => set.SetProperty(row => row.Policy, static row => row.Policy), cancellationToken).ConfigureAwait(false);
        await Policies.DeleteAsync(context, cancellationToken).ConfigureAwait(false);
        await context.Set<LockRow>().IgnoreQueryFilters().Where(row => row.Bucket == _bucket)
            .ExecuteUpdateAsync(static set => set.SetProperty(row => row.Adds, static row => row.Adds + 1), cancellationToken).ConfigureAwait(false);
        if (usesReplays)
        {
            var used = context.Set<ReplayRow>().IgnoreQueryFilters().Where(row => row.Key == _key);
            await used.ExecuteUpdateAsync(static set => set.SetProperty(row => row.ExpiresAt, static row => row.ExpiresAt + 1), cancellationToken).ConfigureAwait(false);
            await used.DeleteAsync(context, cancellationToken).ConfigureAwait(false);
        }
    }
}
