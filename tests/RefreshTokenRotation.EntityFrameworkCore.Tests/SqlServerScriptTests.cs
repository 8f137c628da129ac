using System.Data;
using Microsoft.Data.SqlClient;
using Microsoft.EntityFrameworkCore;
using RefreshTokenRotation.EntityFrameworkCore.Internal;
using RefreshTokenRotation.EntityFrameworkCore.Internal.Model;
using RefreshTokenRotation.PostgreSql.Tests.Support;
using RefreshTokenRotation.Storage;
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

    /// <summary>SQL Server's driver cuts a value off at the size of its parameter, which is used again where the size can't depend on the value.</summary>
    [Test]
    public async Task Parameter_that_is_used_again_is_as_long_as_its_value()
    {
        await using var context = new CollatedDbContext(new DbContextOptionsBuilder<CollatedDbContext>().UseSqlServer("Server=nowhere").Options);
        var parameters = ExchangeStatements.Of(context).SwapParameters;
        var values = new StatementValues(parameters.Count);
        foreach (var length in (int[])[3, 500, 5000])
        {
            values.Row = FamilyRow.ChangesOf(Families.Rotated(Families.Create()) with
            {
                LastDevice = new DeviceInfo { UserAgent = new string('u', Math.Min(length, 500)), Name = new string('n', Math.Min(length, 100)) },
                Metadata = new Dictionary<string, string>(StringComparer.Ordinal) { ["k"] = new('m', length) },
                Trail = new TokenTrail(new byte[Math.Min(length, 1000)]),
            });
            await using var command = new SqlCommand();
            foreach (var parameter in parameters)
            {
                parameter.AddDbParameter(command, values.Named);
            }

            var sizes = command.Parameters.Cast<SqlParameter>().Select(static parameter => (parameter.Size, Needed: LengthOf(parameter))).ToList();
            sizes.Should().Contain(size => size.Needed >= length).And.OnlyContain(size => size.Size == -1 || size.Size >= size.Needed);
            command.Parameters.Clear();
        }

        static int LengthOf(SqlParameter parameter) => parameter.Value switch { string text => text.Length, byte[] bytes => bytes.Length, _ => 0 };
    }

    /// <summary>A parameter of another type or size gets a plan of its own for each length, or has its column converted.</summary>
    [Test]
    public async Task Parameter_has_the_type_and_the_size_of_its_column_whatever_its_value()
    {
        await using var context = new CollatedDbContext(new DbContextOptionsBuilder<CollatedDbContext>().UseSqlServer("Server=nowhere").Options);
        var parameters = ExchangeStatements.Of(context).SwapParameters;
        var row = context.Model.FindEntityType(typeof(FamilyRow))!;
        var values = new StatementValues(parameters.Count);
        var bare = Families.Rotated(Families.Create()) with { Salt = null, Trail = null, LastDevice = null };
        foreach (var next in (TokenFamily[])[bare, bare with { Salt = bare.SecretHash, Trail = new TokenTrail([1]), LastDevice = new DeviceInfo { UserAgent = "u" } }])
        {
            values.Row = FamilyRow.ChangesOf(next);
            await using var command = new SqlCommand();
            foreach (var parameter in parameters)
            {
                parameter.AddDbParameter(command, values.Named);
            }

            command.Parameters.Cast<SqlParameter>().Take(FamilyRow.Changes.Length).Select(TypeOf)
                .Should().Equal(FamilyRow.Changes.Select(name => SentAs(row.FindProperty(name)!.GetColumnType())));
            command.Parameters.Clear();
        }

        // The framework sends bytes of a fixed length as others, and a text without a bound with the greatest size that a bound can have.
        static string SentAs(string type) => type.StartsWith("binary", StringComparison.Ordinal) ? $"var{type}" : type;
        static string TypeOf(SqlParameter parameter) => parameter.SqlDbType.ToString().ToLowerInvariant()
            + (parameter.SqlDbType is SqlDbType.BigInt or SqlDbType.SmallInt ? string.Empty : parameter.Size is 4000 ? "(max)" : $"({parameter.Size})");
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
