using Microsoft.EntityFrameworkCore;

namespace RefreshTokenRotation.EntityFrameworkCore.Tests.Snippets;

// snippet: context
public sealed class AppDbContext(DbContextOptions<AppDbContext> options) : DbContext(options)
{
    protected override void OnModelCreating(ModelBuilder modelBuilder) => modelBuilder.AddRefreshTokenRotation();
}
// end-snippet
