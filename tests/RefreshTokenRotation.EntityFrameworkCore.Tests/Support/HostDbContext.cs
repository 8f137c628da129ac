using System.Linq.Expressions;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace RefreshTokenRotation.EntityFrameworkCore.Tests.Support;

/// <summary>A host's context, with settings for all entities that do not fit those of the store.</summary>
internal sealed class HostDbContext(DbContextOptions<HostDbContext> options) : DbContext(options)
{
    public DbSet<HostUser> Users => Set<HostUser>();

    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder)
    {
        configurationBuilder.Properties<string>().HaveMaxLength(7).AreUnicode(false).HaveColumnType("varchar(7)").UseCollation("POSIX").HaveConversion<LowerCase>();
        configurationBuilder.Properties<byte[]>().HaveConversion<Base64>();
        configurationBuilder.Properties<Guid>().HaveConversion<string>();
        configurationBuilder.Properties<long>().HaveConversion<string>();
    }

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.AddRefreshTokenRotation(static options => options.ReplaysTable = "RefreshTokenReplays");
        foreach (var entity in modelBuilder.Model.GetEntityTypes().Where(entity => entity.ClrType != typeof(HostUser)))
        {
            entity.SetQueryFilter(Expression.Lambda(Expression.Constant(false), Expression.Parameter(entity.ClrType)));
        }
    }

    private sealed class LowerCase() : ValueConverter<string, string>(static text => text.ToLowerInvariant(), static text => text);

    private sealed class Base64() : ValueConverter<byte[], string>(static bytes => Convert.ToBase64String(bytes), static text => Convert.FromBase64String(text));
}
