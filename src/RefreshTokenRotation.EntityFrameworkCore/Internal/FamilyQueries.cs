using System.Linq.Expressions;
using System.Runtime.CompilerServices;
using Microsoft.EntityFrameworkCore.Metadata;

namespace RefreshTokenRotation.EntityFrameworkCore.Internal;

/// <summary>The queries over families. What a host sets for all its entities, filters for instance, is not for these.</summary>
internal static class FamilyQueries
{
    /// <summary>A compiled query belongs to one model, and a host may have several.</summary>
    private static readonly ConditionalWeakTable<IModel, Func<DbContext, byte[], CancellationToken, Task<FoundRow?>>> Finds = [];

    public static IQueryable<FamilyRow> Families(this DbContext context) => context.Set<FamilyRow>().IgnoreQueryFilters().AsNoTracking();

    public static Task<FoundRow?> FindFamilyAsync(this DbContext context, byte[] lookupKey, CancellationToken cancellationToken) =>
        ExchangeStatements.Of(context) is { IsRefused: false } own
            ? own.FindAsync(context, lookupKey, cancellationToken)
            : context.QueryFamilyAsync(lookupKey, cancellationToken);

    /// <summary>The framework's own query for a family.</summary>
    public static Task<FoundRow?> QueryFamilyAsync(this DbContext context, byte[] lookupKey, CancellationToken cancellationToken) =>
        Finds.GetValue(context.Model, ServerRole.IsPostgreSql(context) ? static _ => CompileFindWithRole() : static _ => CompileFind())(
            context, lookupKey, cancellationToken);

    public static IQueryable<FamilyRow> WhereActive(this IQueryable<FamilyRow> rows, long now) => rows.Where(row =>
        row.RevokedAt == 0
        && (row.AbsoluteExpiresAt == 0 || row.AbsoluteExpiresAt > now)
        && (row.IdleExpiresAt == 0 || row.IdleExpiresAt > now));

    public static IQueryable<FamilyRow> WhereExpired(this IQueryable<FamilyRow> rows, long now) => rows.Where(row =>
        row.RevokedAt == 0
        && ((row.AbsoluteExpiresAt != 0 && row.AbsoluteExpiresAt <= now) || (row.IdleExpiresAt != 0 && row.IdleExpiresAt <= now)));

    /// <summary>Families that are revoked or expired.</summary>
    public static IQueryable<FamilyRow> WhereEnded(this IQueryable<FamilyRow> rows, long now) => rows.Where(row =>
        row.RevokedAt != 0
        || (row.AbsoluteExpiresAt != 0 && row.AbsoluteExpiresAt <= now)
        || (row.IdleExpiresAt != 0 && row.IdleExpiresAt <= now));

    /// <summary>The next rows in the order of log-in, which every index has. Its first condition is for the index, the second one decides between equal times.</summary>
    public static IQueryable<FamilyRow> Page(this IQueryable<FamilyRow> rows, TokenFamilyCursor? after, int limit)
    {
        if (after is { } last)
        {
            var (createdAt, familyId) = (last.CreatedAt.UtcTicks, last.FamilyId);
            rows = rows.Where(row => row.CreatedAt >= createdAt && (row.CreatedAt > createdAt || row.FamilyId > familyId));
        }

        return rows.OrderBy(row => row.CreatedAt).ThenBy(row => row.FamilyId).Take(limit);
    }

    /// <summary>Families that ended before an instant. The day leads to them, and the times decide.</summary>
    public static IQueryable<FamilyRow> WhereEndedBefore(this IQueryable<FamilyRow> rows, long instant, int day) => rows.Where(row =>
        row.PruneBucket <= day
        && ((row.RevokedAt != 0 && row.RevokedAt < instant)
            || (row.AbsoluteExpiresAt != 0 && row.AbsoluteExpiresAt < instant)
            || (row.IdleExpiresAt != 0 && row.IdleExpiresAt < instant)));

    /// <summary>One condition for each member of a filter that is set.</summary>
    public static IQueryable<FamilyRow> Where(this IQueryable<FamilyRow> rows, TokenFamilyFilter filter, DateTimeOffset now)
    {
        rows = rows
            .WhereSet(filter.TenantId, static value => row => row.TenantId == value)
            .WhereSet(filter.Subject, static value => row => row.Subject == value)
            .WhereSet(filter.ClientId, static value => row => row.ClientId == value)
            .WhereSet(filter.SessionId, static value => row => row.SessionId == value)
            .WhereSet(filter.AuthorizationId, static value => row => row.AuthorizationId == value)
            .WhereSet(filter.FamilyId, static value => row => row.FamilyId == value)
            .WhereSet(filter.ExceptFamilyId, static value => row => row.FamilyId != value)
            .WhereSet((short?)filter.RotationType, static value => row => row.Kind == value)
            .WhereSet(filter.CreatedNoLaterThan?.UtcTicks, static value => row => row.CreatedAt <= value);
        if (filter.Resource is { } resource)
        {
            rows = resource.Length == 0
                ? rows.Where(static row => row.Resources == null)
                : rows.WhereSet(TextList.Write([resource]), static value => row => row.Resources!.Contains(value));
        }

        return filter.State switch
        {
            null => rows,
            FamilyState.Active => rows.WhereActive(now.UtcTicks),
            FamilyState.Expired => rows.WhereExpired(now.UtcTicks),
            FamilyState.Revoked => rows.Where(static row => row.RevokedAt != 0),
            _ => rows.Where(static row => false),
        };
    }

    private static IQueryable<FamilyRow> WhereSet(this IQueryable<FamilyRow> rows, string? value, Func<string, Expression<Func<FamilyRow, bool>>> condition) =>
        value is null ? rows : rows.Where(condition(value));

    private static IQueryable<FamilyRow> WhereSet<T>(this IQueryable<FamilyRow> rows, T? value, Func<T, Expression<Func<FamilyRow, bool>>> condition)
        where T : struct => value is { } set ? rows.Where(condition(set)) : rows;

    private static Func<DbContext, byte[], CancellationToken, Task<FoundRow?>> CompileFind() => EF.CompileAsyncQuery(
        static (DbContext context, byte[] lookupKey, CancellationToken cancellationToken) => context.Set<FamilyRow>().IgnoreQueryFilters().AsNoTracking()
            .Where(row => row.LookupKey == lookupKey).Select(row => new FoundRow(row, false)).SingleOrDefault());

    private static Func<DbContext, byte[], CancellationToken, Task<FoundRow?>> CompileFindWithRole() => EF.CompileAsyncQuery(
        static (DbContext context, byte[] lookupKey, CancellationToken cancellationToken) => context.Set<FamilyRow>().IgnoreQueryFilters().AsNoTracking()
            .Where(row => row.LookupKey == lookupKey).Select(row => new FoundRow(row, ServerRole.IsInRecovery())).SingleOrDefault());
}

/// <summary>A row, and whether a standby gave it.</summary>
internal sealed record FoundRow(FamilyRow Row, bool IsOfStandby);
