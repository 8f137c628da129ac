using Microsoft.EntityFrameworkCore;

namespace RefreshTokenRotation.EntityFrameworkCore;

/// <summary>A context with the store's tables alone, for hosts that don't put them into one of their own.</summary>
/// <param name="options">The options; they name the provider.</param>
/// <remarks><c>Database.GenerateCreateScript()</c> gives the script that creates the tables. The entities are the store's own affair.</remarks>
public sealed class RefreshTokenRotationDbContext(DbContextOptions<RefreshTokenRotationDbContext> options) : DbContext(options)
{
    /// <inheritdoc/>
    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        ArgumentNullException.ThrowIfNull(modelBuilder);
        modelBuilder.AddRefreshTokenRotation(static options => options.ReplaysTable = "RefreshTokenReplays");
    }
}
