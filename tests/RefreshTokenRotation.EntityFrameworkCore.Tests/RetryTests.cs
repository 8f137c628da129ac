using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using RefreshTokenRotation.EntityFrameworkCore.Tests.Support;
using RefreshTokenRotation.PostgreSql.Tests.Support;
using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.EntityFrameworkCore.Tests;

/// <summary>A statement or a commit that succeeded is reported as a fault, and an execution strategy runs it again.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class RetryTests
{
    [Test]
    public async Task Exchange_whose_update_is_repeated_recognises_its_own_write([Values(ContextKind.Own, ContextKind.Scoped)] ContextKind kind, [Values] bool leeway)
    {
        await using var database = await TestDatabase.CreateAsync(kind);
        var fault = new FaultAfterSuccess();
        var engine = Engine(database, fault, leeway ? RotationPolicy.Spa : RotationPolicy.Strict);
        var token = (await engine.IssueAsync(Login())).RefreshToken;
        fault.Arm("UPDATE");

        var result = await ExchangeAsync(engine, token);

        fault.Faults.Should().Be(1);
        var won = result.Should().BeOfType<ExchangeResult.Succeeded>().Subject;
        won.Family.Generation.Should().Be(1);
        (await ExchangeAsync(engine, won.RefreshToken)).Should().BeOfType<ExchangeResult.Succeeded>().Which.Family.Generation.Should().Be(2);
    }

    [Test]
    public async Task Find_and_swap_are_repeated_by_the_strategy_of_the_host()
    {
        await using var database = await TestDatabase.CreateAsync();
        var fault = new FaultAfterSuccess();
        var store = database.Store(options => Retry(options).AddInterceptors(fault));
        var family = Families.Create();
        await store.AddAsync(family);

        fault.Arm("SELECT");
        (await store.FindAsync(family)).Should().NotBeNull();
        fault.Arm("UPDATE");
        (await store.SwapAsync(Families.Rotated(family))).Should().BeFalse("the repeat meets what the first try wrote");

        fault.Faults.Should().Be(2);
    }

    [Test]
    public async Task Exchange_without_a_strategy_looks_the_outcome_up()
    {
        await using var database = await TestDatabase.CreateAsync();
        var fault = new FaultAfterSuccess();
        var engine = database.Node(configureContext: options => options.AddInterceptors(fault)).GetRequiredService<IRefreshTokenService>();
        var token = (await engine.IssueAsync(Login())).RefreshToken;
        fault.Arm("UPDATE");

        (await ExchangeAsync(engine, token)).Should().BeOfType<ExchangeResult.Succeeded>().Which.Family.Generation.Should().Be(1);
        fault.Faults.Should().Be(1);
    }

    [Test]
    public async Task Reuse_whose_revocation_is_repeated_is_detected_once_and_stands()
    {
        await using var database = await TestDatabase.CreateAsync();
        var fault = new FaultAfterSuccess();
        var engine = Engine(database, fault, RotationPolicy.Strict);
        var token = (await engine.IssueAsync(Login())).RefreshToken;
        await ExchangeAsync(engine, token);
        fault.Arm("UPDATE");

        (await ExchangeAsync(engine, token)).Should().BeOfType<ExchangeResult.Rejected>().Which.Reason.Should().Be(RejectionReason.ReuseDetected);
        (await ExchangeAsync(engine, token)).Should().BeOfType<ExchangeResult.Rejected>().Which.Reason.Should().Be(RejectionReason.Revoked);
    }

    [TestCase("COMMIT", 1)]
    [TestCase("COMMIT", 2)]
    [TestCase("INSERT", 1)]
    [TestCase("DELETE", 1)]
    [TestCase("UPDATE", 2)]
    public async Task Add_that_is_repeated_adds_once_evicts_once_and_tells_it(string statement, int times)
    {
        await using var database = await TestDatabase.CreateAsync();
        var fault = new FaultAfterSuccess();
        var store = database.Store(options => Retry(options).AddInterceptors(fault));
        var oldest = Families.Create(age: TimeSpan.FromHours(2));
        var second = Families.Create(age: TimeSpan.FromHours(1));
        var added = Families.Create();
        await store.AddAsync(oldest);
        await store.AddAsync(second);
        fault.Arm(statement, times);

        var evicted = await store.AddAsync(added, cap: 2);

        fault.Faults.Should().BePositive();
        evicted.Should().ContainSingle().Which.Grant.FamilyId.Should().Be(oldest.Grant.FamilyId);
        (await store.FindAsync(second)).Should().NotBeNull();
        (await store.FindAsync(added)).Should().NotBeNull();
        (await database.ScalarAsync<long>($"SELECT count(*) FROM {database.Families}")).Should().Be(2);
    }

    [Test]
    public async Task First_add_of_all_whose_lock_row_is_inserted_twice_succeeds()
    {
        await using var database = await TestDatabase.CreateAsync();
        var fault = new FaultAfterSuccess();
        var store = database.Store(options => Retry(options).AddInterceptors(fault));
        fault.Arm("INSERT");

        await store.AddAsync(Families.Create());

        fault.Faults.Should().Be(1);
        (await database.ScalarAsync<long>($"SELECT count(*) FROM {database.Families}")).Should().Be(1);
    }

    [Test]
    public async Task Policy_whose_insert_is_repeated_is_set()
    {
        await using var database = await TestDatabase.CreateAsync();
        var fault = new FaultAfterSuccess();
        var store = database.Node(configureContext: options => Retry(options).AddInterceptors(fault)).GetRequiredService<IRotationPolicyStore>();
        fault.Arm("INSERT");

        await store.SetAsync("spa", "t", RotationPolicy.Spa, CancellationToken.None);

        fault.Faults.Should().Be(1);
        (await store.FindAsync("spa", "t", CancellationToken.None))!.Leeway.Should().Be(RotationPolicy.Spa.Leeway);
    }

    private static DbContextOptionsBuilder Retry(DbContextOptionsBuilder options) =>
        options.UseNpgsql(npgsql => npgsql.EnableRetryOnFailure(maxRetryCount: 3, maxRetryDelay: TimeSpan.Zero, errorCodesToAdd: null));

    private static IRefreshTokenService Engine(TestDatabase database, FaultAfterSuccess fault, RotationPolicy policy) =>
        database.Node(policy, configureContext: options => Retry(options).AddInterceptors(fault)).GetRequiredService<IRefreshTokenService>();

    private static IssueRequest Login() => new() { Subject = "alice", ClientId = "spa" };

    private static async Task<ExchangeResult> ExchangeAsync(IRefreshTokenService engine, RefreshToken token) =>
        await engine.ExchangeAsync(new ExchangeRequest { RefreshToken = token, ClientId = "spa" });
}
