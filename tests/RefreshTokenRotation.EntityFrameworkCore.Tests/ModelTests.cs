using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Migrations;
using Microsoft.EntityFrameworkCore.Migrations.Operations;
using RefreshTokenRotation.EntityFrameworkCore.Internal;
using RefreshTokenRotation.EntityFrameworkCore.Internal.Model;
using RefreshTokenRotation.EntityFrameworkCore.Tests.Support;

namespace RefreshTokenRotation.EntityFrameworkCore.Tests;

/// <summary>What the model makes of a database.</summary>
public sealed class ModelTests
{
    private static string Script => Create<RefreshTokenRotationDbContext>(static options => new RefreshTokenRotationDbContext(options)).Database.GenerateCreateScript();

    [TestCase("CREATE UNIQUE INDEX \"*\" ON \"RefreshTokenFamilies\" (\"FamilyId\")")]
    [TestCase("CREATE INDEX \"*\" ON \"RefreshTokenFamilies\" (\"TenantId\", \"Subject\", \"CreatedAt\", \"FamilyId\")")]
    [TestCase("CREATE INDEX \"*\" ON \"RefreshTokenFamilies\" (\"TenantId\", \"ClientId\", \"CreatedAt\", \"FamilyId\")")]
    [TestCase("CREATE INDEX \"*\" ON \"RefreshTokenFamilies\" (\"TenantId\", \"CreatedAt\", \"FamilyId\")")]
    [TestCase("CREATE INDEX \"*\" ON \"RefreshTokenFamilies\" (\"TenantId\", \"SessionId\", \"CreatedAt\", \"FamilyId\")")]
    [TestCase("CREATE INDEX \"*\" ON \"RefreshTokenFamilies\" (\"TenantId\", \"AuthorizationId\", \"CreatedAt\", \"FamilyId\")")]
    [TestCase("CREATE INDEX \"*\" ON \"RefreshTokenFamilies\" (\"PruneBucket\")")]
    [TestCase("CREATE INDEX \"*\" ON \"RefreshTokenReplays\" (\"ExpiresAt\")")]
    [TestCase("CREATE TABLE \"RefreshTokenReplays\" (*\"Key\" bytea NOT NULL,*\"ExpiresAt\" bigint NOT NULL,*PRIMARY KEY (\"Key\")*")]
    [TestCase("*PRIMARY KEY (\"LookupKey\")*WITH (fillfactor=60)")]
    public void Script_has_every_key_and_index(string statement)
    {
        Script.Split(';', StringSplitOptions.TrimEntries).Should().ContainMatch(statement);
    }

    [Test]
    public void Script_has_no_other_index_and_so_none_on_a_column_that_a_rotation_changes()
    {
        Regex.Count(Script, "CREATE (UNIQUE )?INDEX").Should().Be(8);
    }

    [Test]
    public void Columns_are_bounded_and_times_are_whole_numbers()
    {
        Script.Should().Contain("\"Subject\" character varying(255) NOT NULL").And.Contain("\"LastUserAgent\" character varying(512)")
            .And.Contain("\"Scopes\" text,").And.Contain("\"LookupKey\" bytea NOT NULL").And.Contain("\"RotatedAt\" bigint NOT NULL")
            .And.NotContainAny("timestamp", "serial", "IDENTITY");
    }

    [Test]
    public void Conventions_of_the_host_change_no_column()
    {
        var own = Create<RefreshTokenRotationDbContext>(static options => new RefreshTokenRotationDbContext(options));
        var host = Create<HostDbContext>(static options => new HostDbContext(options));

        Columns(host).Should().Equal(Columns(own));
        Columns(own).Should().HaveCountGreaterThan(40);

        static IEnumerable<string> Columns(DbContext context) => context.GetService<IDesignTimeModel>().Model.GetEntityTypes()
            .Where(entity => entity.ClrType != typeof(HostUser))
            .SelectMany(entity => entity.GetProperties())
            .Select(property => $"{property.DeclaringType.GetTableName()}.{property.GetColumnName()} {property.GetColumnType()} {property.IsNullable} {property.IsUnicode()} {property.GetMaxLength()} {property.GetCollation()} {property.ValueGenerated} {property.GetValueConverter()?.GetType().Name} {property.GetTypeMapping().Converter}")
            .Order(StringComparer.Ordinal);
    }

    [Test]
    public void Migration_of_a_host_that_adds_the_call_creates_the_tables_beside_its_own()
    {
        var context = Create<HostDbContext>(static options => new HostDbContext(options));

        var operations = context.GetService<IMigrationsModelDiffer>()
            .GetDifferences(null, context.GetService<IDesignTimeModel>().Model.GetRelationalModel());

        operations.OfType<CreateTableOperation>().Select(table => table.Name)
            .Should().BeEquivalentTo("RefreshTokenFamilies", "RefreshTokenLocks", "RefreshTokenPolicies", "RefreshTokenReplays", "Users");
        operations.OfType<InsertDataOperation>().Should().BeEmpty();
    }

    [Test]
    public void Names_schema_and_collation_are_those_of_the_host()
    {
        var script = Create<NamedDbContext>(static options => new NamedDbContext(options)).Database.GenerateCreateScript();

        script.Should().Contain("CREATE TABLE auth.families (").And.Contain("CREATE TABLE auth.policies (").And.Contain("CREATE TABLE auth.locks (")
            .And.Contain("\"ClientId\" character varying(255) COLLATE \"C\" NOT NULL").And.NotContain("RefreshTokenFamilies");
        Regex.Count(script, "CREATE TABLE").Should().Be(3, "the table of used proofs is there for those who name it");
    }

    [Test]
    public void Statements_of_an_exchange_have_the_names_of_the_host()
    {
        var statements = ExchangeStatements.Of(Create<NamedDbContext>(static options => new NamedDbContext(options)));

        statements.FindText.Should().StartWith("SELECT \"Lookup Key\", ").And.EndWith(" FROM auth.families WHERE \"Lookup Key\" = $1");
        statements.SwapText.Should().StartWith("UPDATE auth.families SET \"order\" = $1, ").And.EndWith(" WHERE \"Lookup Key\" = $22 AND \"order\" = $23");
    }

    [Test]
    public void Empty_name_is_refused()
    {
        FluentActions.Invoking(() => new ModelBuilder().AddRefreshTokenRotation(options => options.LocksTable = " "))
            .Should().Throw<ArgumentException>().WithMessage("LocksTable (' ') must not be empty.*");
        FluentActions.Invoking(() => new ModelBuilder().AddRefreshTokenRotation(options => options.ReplaysTable = string.Empty))
            .Should().Throw<ArgumentException>().WithMessage("ReplaysTable ('') must not be empty.*");
    }

    private static TContext Create<TContext>(Func<DbContextOptions<TContext>, TContext> create)
        where TContext : DbContext => create(new DbContextOptionsBuilder<TContext>().UseNpgsql("Host=nowhere").Options);

    private sealed class NamedDbContext(DbContextOptions<NamedDbContext> options) : DbContext(options)
    {
        protected override void OnModelCreating(ModelBuilder modelBuilder)
        {
            modelBuilder.AddRefreshTokenRotation(static options =>
            {
                options.Schema = "auth";
                options.FamiliesTable = "families";
                options.PoliciesTable = "policies";
                options.LocksTable = "locks";
                options.Collation = "C";
            });
            modelBuilder.Entity<FamilyRow>().Property(static row => row.LookupKey).HasColumnName("Lookup Key");
            modelBuilder.Entity<FamilyRow>().Property(static row => row.Version).HasColumnName("order");
        }
    }
}
