using Microsoft.EntityFrameworkCore;
using RefreshTokenRotation.EntityFrameworkCore.Internal;
using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.EntityFrameworkCore.Tests;

/// <summary>What SQL Server would be sent: no test runs on one.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class SqlServerScriptTests
{
    [Test]
    public async Task Tables_and_statements_of_an_exchange_are_those_of_the_golden_file()
    {
        await using var context = new CollatedDbContext(new DbContextOptionsBuilder<CollatedDbContext>().UseSqlServer("Server=nowhere").Options);
        var statements = ExchangeStatements.Of(context);
        var actual = $"{context.Database.GenerateCreateScript()}\n{statements.FindText};\n\n{statements.SwapText};\n".ReplaceLineEndings("\n");

        actual.Should().Be((await File.ReadAllTextAsync(Repository.PathOf("tests", "RefreshTokenRotation.EntityFrameworkCore.Tests", "SqlServer.sql"))).ReplaceLineEndings("\n"), actual);
    }

    private sealed class CollatedDbContext(DbContextOptions<CollatedDbContext> options) : DbContext(options)
    {
        protected override void OnModelCreating(ModelBuilder modelBuilder) => modelBuilder.AddRefreshTokenRotation(static options =>
        {
            options.Collation = "Latin1_General_100_BIN2";
            options.ReplaysTable = "RefreshTokenReplays";
        });
    }
}
