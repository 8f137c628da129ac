using System.Runtime.CompilerServices;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using RefreshTokenRotation.EntityFrameworkCore.Internal.Model;

namespace RefreshTokenRotation.EntityFrameworkCore.Internal;

/// <summary>The queries over families. What a host sets for all its entities, filters for instance, is not for these.</summary>
internal static class FamilyQueries
{
    /// <summary>A compiled query belongs to one model, and a host may have several.</summary>
    private static readonly ConditionalWeakTable<IModel, Func<DbContext, byte[], CancellationToken, Task<FamilyRow?>>> Finds = [];

    public static IQueryable<FamilyRow> Families(this DbContext context) => context.Set<FamilyRow>().IgnoreQueryFilters().AsNoTracking();

    public static Task<FamilyRow?> FindFamilyAsync(this DbContext context, byte[] lookupKey, CancellationToken cancellationToken) =>
        Finds.GetValue(context.Model, static _ => CompileFind())(context, lookupKey, cancellationToken);

    public static IQueryable<FamilyRow> WhereActive(this IQueryable<FamilyRow> rows, long now) => rows.Where(row =>
        row.RevokedAt == 0
        && (row.AbsoluteExpiresAt == 0 || row.AbsoluteExpiresAt > now)
        && (row.IdleExpiresAt == 0 || row.IdleExpiresAt > now));

    public static IQueryable<FamilyRow> WhereExpired(this IQueryable<FamilyRow> rows, long now) => rows.Where(row =>
        row.RevokedAt == 0
        && ((row.AbsoluteExpiresAt != 0 && row.AbsoluteExpiresAt <= now) || (row.IdleExpiresAt != 0 && row.IdleExpiresAt <= now)));

    /// <summary>Families that ended before an instant. The bucket leads to them, and the times decide.</summary>
    public static IQueryable<FamilyRow> WhereEndedBefore(this IQueryable<FamilyRow> rows, long instant, int bucket) => rows.Where(row =>
        row.PruneBucket <= bucket
        && ((row.RevokedAt != 0 && row.RevokedAt < instant)
            || (row.AbsoluteExpiresAt != 0 && row.AbsoluteExpiresAt < instant)
            || (row.IdleExpiresAt != 0 && row.IdleExpiresAt < instant)));

    /// <summary>One condition for each member of a filter that is set.</summary>
    public static IQueryable<FamilyRow> Where(this IQueryable<FamilyRow> rows, TokenFamilyFilter filter, DateTimeOffset now)
    {
        var tenant = filter.TenantId;
        rows = rows.Where(row => row.TenantId == tenant);
        if (filter.FamilyId is { } family)
        {
            rows = rows.Where(row => row.FamilyId == family);
        }

        if (filter.ExceptFamilyId is { } except)
        {
            rows = rows.Where(row => row.FamilyId != except);
        }

        if (filter.Subject is { } subject)
        {
            rows = rows.Where(row => row.Subject == subject);
        }

        if (filter.ClientId is { } client)
        {
            rows = rows.Where(row => row.ClientId == client);
        }

        if (filter.SessionId is { } session)
        {
            rows = rows.Where(row => row.SessionId == session);
        }

        if (filter.AuthorizationId is { } authorization)
        {
            rows = rows.Where(row => row.AuthorizationId == authorization);
        }

        if (filter.Resource is { } resource)
        {
            rows = resource.Length == 0 ? rows.Where(static row => row.Resources == null) : rows.WhereResource(TextList.Entry(resource));
        }

        if (filter.RotationType is { } kind)
        {
            var number = (short)kind;
            rows = rows.Where(row => row.Kind == number);
        }

        if (filter.CreatedNoLaterThan is { } bound)
        {
            var ticks = bound.UtcTicks;
            rows = rows.Where(row => row.CreatedAt <= ticks);
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

    private static IQueryable<FamilyRow> WhereResource(this IQueryable<FamilyRow> rows, string entry) =>
        rows.Where(row => row.Resources!.Contains(entry));

    private static Func<DbContext, byte[], CancellationToken, Task<FamilyRow?>> CompileFind() => EF.CompileAsyncQuery(
        static (DbContext context, byte[] lookupKey, CancellationToken cancellationToken) =>
            context.Set<FamilyRow>().IgnoreQueryFilters().AsNoTracking().SingleOrDefault(row => row.LookupKey == lookupKey));
}
