using System.Linq.Expressions;
using Microsoft.EntityFrameworkCore;

namespace RefreshTokenRotation.EntityFrameworkCore.Tests.Support;

/// <summary>A host's context, with settings for all entities that do not fit those of the store.</summary>
internal sealed class HostDbContext(DbContextOptions<HostDbContext> options) : DbContext(options)
{
    public DbSet<HostUser> Users => Set<HostUser>();

    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder) =>
        configurationBuilder.Properties<string>().HaveMaxLength(7).AreUnicode(false);

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.AddRefreshTokenRotation();
        foreach (var entity in modelBuilder.Model.GetEntityTypes().Where(entity => entity.ClrType != typeof(HostUser)))
        {
            entity.SetQueryFilter(Expression.Lambda(Expression.Constant(false), Expression.Parameter(entity.ClrType)));
        }
    }
}
