using Microsoft.Extensions.DependencyInjection;
using RefreshTokenRotation.Sqlite.Tests.Support;
using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.Sqlite.Tests;

[Parallelizable(ParallelScope.All)]
public sealed class PolicyStoreTests
{
    [Test]
    public async Task Policy_with_every_field_set_is_found_by_another_node()
    {
        using var file = new TestFile();
        await Store(file).SetAsync("spa", "t", FullPolicy.Value, CancellationToken.None);

        (await Store(file).FindAsync("spa", "t", CancellationToken.None)).Should().BeEquivalentTo(FullPolicy.Value);
        (await Store(file).FindAsync("spa", "T", CancellationToken.None)).Should().BeNull();
        (await Store(file).FindAsync("Spa", "t", CancellationToken.None)).Should().BeNull();
    }

    [Test]
    public async Task Change_of_one_node_holds_at_once_on_another()
    {
        using var file = new TestFile();
        var one = Store(file);
        var other = Store(file);
        (await other.FindAsync("spa", string.Empty, CancellationToken.None)).Should().BeNull();

        await one.SetAsync("spa", string.Empty, RotationPolicy.Spa, CancellationToken.None);

        (await other.FindAsync("spa", string.Empty, CancellationToken.None))!.Leeway.Should().Be(RotationPolicy.Spa.Leeway);

        await other.SetAsync("spa", string.Empty, null, CancellationToken.None);

        (await one.FindAsync("spa", string.Empty, CancellationToken.None)).Should().BeNull();
    }

    [Test]
    public async Task Policy_read_in_parallel_with_own_changes_is_the_last_one_afterwards()
    {
        using var file = new TestFile();
        var store = Store(file);
        for (var round = 1; round <= 100; round++)
        {
            var reads = Enumerable.Range(0, 4).Select(_ => Task.Run(() => store.FindAsync("spa", string.Empty, CancellationToken.None).AsTask()));
            var write = Task.Run(() => store.SetAsync("spa", string.Empty, new RotationPolicy { ActiveCap = round }, CancellationToken.None).AsTask());
            await Task.WhenAll([write, .. reads]);

            (await store.FindAsync("spa", string.Empty, CancellationToken.None))!.ActiveCap.Should().Be(round);
        }
    }

    private static IRotationPolicyStore Store(TestFile file) =>
        file.Node().GetRequiredService<IRotationPolicyStore>();
}
