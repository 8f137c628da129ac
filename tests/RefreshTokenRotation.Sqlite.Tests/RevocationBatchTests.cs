using Microsoft.Extensions.DependencyInjection;
using RefreshTokenRotation.PostgreSql.Tests.Support;
using RefreshTokenRotation.Sqlite.Internal;
using RefreshTokenRotation.Sqlite.Tests.Support;
using RefreshTokenRotation.Storage;

namespace RefreshTokenRotation.Sqlite.Tests;

/// <summary>Many families are revoked or deleted in small writes, among those of others, and what is done is done.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class RevocationBatchTests
{
    private const int Many = 5_000;

    private static TokenFamilyFilter Filter { get; } = new() { TenantId = string.Empty, ClientId = "many" };

    [Test]
    public async Task Other_writers_get_in_between([Values] bool delete)
    {
        using var file = new TestFile();
        var (store, database, other) = await CreateAsync(file);
        using var writer = new HeldWriter(database);

        var call = store.RevokeAsync(Filter, Revocation(delete), CancellationToken.None).AsTask();
        other = Families.Rotated(other);
        var swap = store.SwapAsync(other);
        var between = writer.Add(session => session.Scalar(Done(delete)));
        writer.Start();

        (await swap).Should().BeTrue();
        (await between).Should().BePositive().And.BeLessThan(Many, "as one write it would be all or nothing to those behind it");
        while (!call.IsCompleted)
        {
            other = Families.Rotated(other);
            (await store.SwapAsync(other)).Should().BeTrue();
        }

        (await call).Should().Be(Many);
        file.Scalar(Done(delete)).Should().Be(Many);
        (await store.FindAsync(other))!.RevokedAt.Should().BeNull();
    }

    [Test]
    public async Task Call_that_is_cancelled_keeps_what_is_done_and_the_next_does_the_rest([Values] bool delete)
    {
        using var file = new TestFile();
        var (store, database, _) = await CreateAsync(file);
        using var writer = new HeldWriter(database);
        using var cancellation = new CancellationTokenSource();
        var call = store.RevokeAsync(Filter, Revocation(delete), cancellation.Token).AsTask();

        // Behind the first batch, in its transaction: the second has not been queued.
        var cancel = writer.Add(_ =>
        {
            cancellation.Cancel();
            return 0L;
        });
        writer.Start();

        await FluentActions.Awaiting(() => call).Should().ThrowAsync<OperationCanceledException>();

        await cancel;
        var done = file.Scalar(Done(delete));
        done.Should().BePositive().And.BeLessThan(Many);
        (await store.RevokeAsync(Filter, Revocation(delete), CancellationToken.None)).Should().Be(Many - done);
        file.Scalar(Done(delete)).Should().Be(Many);
    }

    private static string Done(bool delete) => delete
        ? $"SELECT {Many} - count(*) FROM families WHERE client_id = 'many'"
        : "SELECT count(*) FROM families WHERE client_id = 'many' AND revoked_at <> 0";

    private static FamilyRevocation Revocation(bool delete) => new(Families.Now, RevocationReason.User, Families.Now, delete);

    private static async Task<(ITokenStore Store, Database Database, TokenFamily Other)> CreateAsync(TestFile file)
    {
        var node = file.Node();
        var store = node.GetRequiredService<ITokenStore>();
        await store.AddAsync(Families.Create(client: "many"));
        file.Multiply(Many - 1);
        var other = Families.Create();
        await store.AddAsync(other);
        return (store, node.GetRequiredService<Database>(), other);
    }
}
