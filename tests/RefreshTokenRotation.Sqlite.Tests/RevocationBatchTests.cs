using Microsoft.Extensions.DependencyInjection;
using RefreshTokenRotation.PostgreSql.Tests.Support;
using RefreshTokenRotation.Sqlite.Tests.Support;
using RefreshTokenRotation.Storage;

namespace RefreshTokenRotation.Sqlite.Tests;

/// <summary>Many families are revoked or deleted in small writes, among those of others, and what is done is done.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class RevocationBatchTests
{
    private const int Many = 30_000;

    private static TokenFamilyFilter Filter { get; } = new() { TenantId = string.Empty, ClientId = "many" };

    [Test]
    public async Task Other_writers_get_in_between([Values] bool delete)
    {
        using var file = new TestFile();
        var (store, other) = await CreateAsync(file);

        var revocation = Revocation(delete);
        var call = Task.Run(() => store.RevokeAsync(Filter, revocation, CancellationToken.None).AsTask());
        var between = 0;
        while (!call.IsCompleted)
        {
            // As one write it would be all or nothing to this connection, and swaps would come before or after.
            other = Families.Rotated(other);
            (await store.SwapAsync(other)).Should().BeTrue();
            between += file.Scalar(Done(delete)) is > 0 and < Many ? 1 : 0;
        }

        (await call).Should().Be(Many);
        between.Should().BeGreaterThan(3);
        file.Scalar(Done(delete)).Should().Be(Many);
        (await store.FindAsync(other))!.RevokedAt.Should().BeNull();
    }

    [Test]
    public async Task Call_that_is_cancelled_keeps_what_is_done_and_the_next_does_the_rest([Values] bool delete)
    {
        using var file = new TestFile();
        var (store, _) = await CreateAsync(file);
        using var cancellation = new CancellationTokenSource();
        var call = Task.Run(() => store.RevokeAsync(Filter, Revocation(delete), cancellation.Token).AsTask());
        while (file.Scalar(Done(delete)) == 0)
        {
            call.IsCompleted.Should().BeFalse("some of it is seen before all of it is done");
        }

        await cancellation.CancelAsync();
        await FluentActions.Awaiting(() => call).Should().ThrowAsync<OperationCanceledException>();

        var done = file.Scalar(Done(delete));
        done.Should().BePositive().And.BeLessThan(Many);
        (await store.RevokeAsync(Filter, Revocation(delete), CancellationToken.None)).Should().Be(Many - done);
        file.Scalar(Done(delete)).Should().Be(Many);
    }

    private static string Done(bool delete) => delete
        ? $"SELECT {Many} - count(*) FROM families WHERE client_id = 'many'"
        : "SELECT count(*) FROM families WHERE client_id = 'many' AND revoked_at <> 0";

    private static FamilyRevocation Revocation(bool delete) => new(Families.Now, RevocationReason.User, Families.Now, delete);

    private static async Task<(ITokenStore Store, TokenFamily Other)> CreateAsync(TestFile file)
    {
        var store = file.Node().GetRequiredService<ITokenStore>();
        await store.AddAsync(Families.Create(client: "many"));
        file.Multiply(Many - 1);
        var other = Families.Create();
        await store.AddAsync(other);
        return (store, other);
    }
}
