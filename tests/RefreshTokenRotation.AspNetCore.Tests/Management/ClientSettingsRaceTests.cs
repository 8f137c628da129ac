using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using RefreshTokenRotation.AspNetCore.Tests.Support;
using RefreshTokenRotation.Storage;

namespace RefreshTokenRotation.AspNetCore.Tests.Management;

/// <summary>Changes of one client at once, and on several nodes.</summary>
public sealed class ClientSettingsRaceTests
{
    [Test]
    public async Task Parallel_changes_of_different_members_are_all_kept()
    {
        var store = new GatedPolicyStore();
        await using var host = await Admin.StartAsync(setup => setup.Build = rotation => rotation.Services.Replace(ServiceDescriptor.Singleton<IRotationPolicyStore>(store)));

        var first = host.PatchSettingsAsync("""{"leeway":11}""");
        await store.Writing;
        var second = host.PatchSettingsAsync("""{"active_cap":12}""");
        var third = host.PatchSettingsAsync("""{"shadow_mode":true}""");
        store.Open();
        var answers = await Task.WhenAll(first, second, third);

        answers.Should().OnlyContain(answer => (int)answer.Status == 200);
        var policy = await host.Services.GetRequiredService<IRotationPolicyManager>().GetAsync("spa");
        (policy.Leeway.TotalSeconds, policy.ActiveCap, policy.ShadowMode).Should().Be((11, 12, true));
    }

    [Test]
    public async Task Change_that_names_what_it_was_made_from_is_refused_after_another_change()
    {
        await using var host = await Admin.StartAsync();
        var read = await host.AdminAsync("GET", "/clients/spa");
        await host.PatchSettingsAsync("""{"leeway":9}""");

        var late = await PatchAsync(read.Header("ETag")!);
        var again = await PatchAsync((await host.AdminAsync("GET", "/clients/spa?fields=client_id")).Header("ETag")!);

        late.ShouldBe(412);
        again.ShouldBe(200);
        again.Text.Should().Contain("\"leeway\":9").And.Contain("\"active_cap\":3");
        (await PatchAsync("*")).ShouldBe(200);
        (await PatchAsync($"\"x\", {again.Header("ETag")}")).ShouldBe(200);
        (await PatchAsync("W/" + again.Header("ETag"))).ShouldBe(412);
        (await PatchAsync("nonsense")).ShouldBe(400, "If-Match");

        Task<Answer> PatchAsync(string tag) => host.AdminAsync(
            "PATCH", "/clients/spa", """{"refresh_token":{"active_cap":3}}""", change: request => request.Headers.TryAddWithoutValidation("If-Match", tag));
    }

    [Test]
    public async Task Other_node_sees_a_change_when_the_cache_time_is_over()
    {
        var shared = new InMemoryRotationPolicyStore();
        await using var here = await Admin.StartAsync(setup => Share(setup, shared));
        await using var there = await Admin.StartAsync(setup => Share(setup, shared));
        await there.AdminAsync("GET", "/clients/spa");

        await here.PatchSettingsAsync("""{"leeway":21}""");
        there.Time.Advance(TimeSpan.FromSeconds(4));
        var before = await there.AdminAsync("GET", "/clients/spa");
        there.Time.Advance(TimeSpan.FromSeconds(1));
        var after = await there.AdminAsync("GET", "/clients/spa");

        (await here.AdminAsync("GET", "/clients/spa")).Text.Should().Contain("\"leeway\":21");
        before.Text.Should().Contain("\"leeway\":0");
        after.Text.Should().Contain("\"leeway\":21");
    }

    private static void Share(TestHostSetup setup, IRotationPolicyStore store) => setup.Build = rotation => rotation.Services.Replace(
        ServiceDescriptor.Singleton<IRotationPolicyStore>(new RotationPolicyCache(store, TimeSpan.FromSeconds(5), setup.Time)));

    /// <summary>Holds the first write until the test opens the gate.</summary>
    private sealed class GatedPolicyStore : IRotationPolicyStore
    {
        private readonly InMemoryRotationPolicyStore _inner = new();
        private readonly TaskCompletionSource _writing = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _open = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Writing => _writing.Task;

        public void Open() => _open.SetResult();

        public ValueTask<RotationPolicy?> FindAsync(string clientId, string tenantId, CancellationToken cancellationToken) =>
            _inner.FindAsync(clientId, tenantId, cancellationToken);

        public async ValueTask SetAsync(string clientId, string tenantId, RotationPolicy? policy, CancellationToken cancellationToken)
        {
            _writing.TrySetResult();
            await _open.Task;
            await _inner.SetAsync(clientId, tenantId, policy, cancellationToken);
        }
    }
}
