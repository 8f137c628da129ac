namespace RefreshTokenRotation.EntityFrameworkCore;

/// <summary>A context with only the store's tables, for hosts that don't put them into their own.</summary>
/// <param name="options">The options; they name the provider.</param>
/// <remarks><c>Database.GenerateCreateScript()</c> gives the script that creates the tables. The entities are internal.</remarks>
public sealed class RefreshTokenRotationDbContext(DbContextOptions<RefreshTokenRotationDbContext> options) : DbContext(options)
{
    /// <inheritdoc/>
    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        ArgumentNullException.ThrowIfNull(modelBuilder);
        modelBuilder.AddRefreshTokenRotation(static options => options.ReplaysTable = "RefreshTokenReplays");
    }
}
