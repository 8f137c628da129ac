using Microsoft.Extensions.DependencyInjection;
using RefreshTokenRotation.PostgreSql.Tests.Support;
using RefreshTokenRotation.Sqlite.Internal;
using RefreshTokenRotation.Sqlite.Tests.Support;
using RefreshTokenRotation.Storage;

namespace RefreshTokenRotation.Sqlite.Tests;

/// <summary>No statement walks the table, and no list sorts.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class PlanTests
{
    private static readonly TokenFamilyFilter Tenant = new() { TenantId = "t" };

    private static IEnumerable<TestCaseData> Filters()
    {
        static TestCaseData Case(TokenFamilyFilter filter, string index) => new TestCaseData(filter, index).SetArgDisplayNames(index, filter.ToString());
        yield return Case(Tenant, "families_tenant");
        yield return Case(Tenant with { Subject = "u" }, "families_user");
        yield return Case(Tenant with { Subject = "u", ClientId = "c" }, "families_user");
        yield return Case(Tenant with { Subject = "u", Resource = "api" }, "families_user");
        yield return Case(Tenant with { ClientId = "c" }, "families_client");
        yield return Case(Tenant with { ClientId = "c", RotationType = RotationType.NonRotating, State = FamilyState.Active }, "families_client");
        yield return Case(Tenant with { ClientId = "c", CreatedNoLaterThan = Families.Now }, "families_client");
        yield return Case(Tenant with { SessionId = "s" }, "families_session");
        yield return Case(Tenant with { SessionId = "s", ClientId = "c" }, "families_session");
        yield return Case(Tenant with { AuthorizationId = "a" }, "families_authorization");
        yield return Case(Tenant with { FamilyId = Guid.Empty }, "sqlite_autoindex_families_2");
    }

    private static IEnumerable<TestCaseData> Fixed()
    {
        static TestCaseData Case(string name, string sql, string index) => new TestCaseData(sql, index).SetArgDisplayNames(name);
        yield return Case("find", Statements.Find, "sqlite_autoindex_families_1");
        yield return Case("swap", Statements.Swap, "sqlite_autoindex_families_1");
        yield return Case("swap and move", Statements.SwapAndMove, "sqlite_autoindex_families_1");
        yield return Case("exists", Statements.Exists, "sqlite_autoindex_families_1");
        yield return Case("delete one", Statements.DeleteOne, "sqlite_autoindex_families_1");
        yield return Case("count", Statements.CountOthers, "families_user");
        yield return Case("oldest", Statements.OldestActive, "families_user");
        yield return Case("oldest ended", Statements.DeleteOldestEnded, "families_user");
        yield return Case("revoke row", Statements.RevokeRow, "INTEGER PRIMARY KEY");
        yield return Case("delete row", Statements.DeleteRow, "INTEGER PRIMARY KEY");
        yield return Case("prune", Statements.Prune, "families_prune");
        yield return Case("policy", Statements.FindPolicy, "PRIMARY KEY");
        yield return Case("remove policy", Statements.RemovePolicy, "PRIMARY KEY");
    }

    [TestCaseSource(nameof(Fixed))]
    public void Statement_is_on_an_index(string sql, string index) => Plan(sql).Should().Contain("USING").And.Contain(index).And.NotContain("SCAN");

    [TestCaseSource(nameof(Filters))]
    public void List_revoke_and_delete_are_on_an_index(TokenFamilyFilter filter, string index)
    {
        foreach (var after in new TokenFamilyCursor?[] { null, new(Families.Now, Guid.Empty) })
        {
            var page = Statements.Conditions();
            var sql = page.Page(new TokenFamilyQuery(filter, after, 10, Families.Now), Statements.Of(page, filter, Families.Now));
            foreach (var statement in new[] { Statements.List(sql), Statements.Reached(isDeleted: false, sql), Statements.Reached(isDeleted: true, sql) })
            {
                Plan(statement).Should().Contain(index).And.NotContain("SCAN").And.NotContain("TEMP B-TREE");
            }
        }
    }

    private static string Plan(string sql)
    {
        using var file = new TestFile();
        return file.Node().GetRequiredService<Database>().Read(
            static (session, sql) =>
            {
                var lines = new List<string>();
                using var plan = session.Prepare($"EXPLAIN QUERY PLAN {sql}");
                while (plan.Step())
                {
                    lines.Add(plan.Text(3)!);
                }

                return string.Join('\n', lines);
            },
            sql,
            CancellationToken.None);
    }
}
