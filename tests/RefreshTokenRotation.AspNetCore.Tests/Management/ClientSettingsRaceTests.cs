using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using RefreshTokenRotation.AspNetCore.Tests.Support;
using RefreshTokenRotation.Storage;
using RefreshTokenRotation.Tests.Support;

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
    public async Task Other_node_shows_a_change_at_once_and_uses_it_when_the_cache_time_is_over()
    {
        var shared = new InMemoryRotationPolicyStore();
        await using var here = await Admin.StartAsync(setup => Share(setup, shared));
        await using var there = await Admin.StartAsync(setup => Share(setup, shared));
        var used = there.Services.GetRequiredService<IRotationPolicyManager>();
        await used.GetAsync("spa");

        await here.PatchSettingsAsync("""{"leeway":21}""");
        there.Time.Advance(TimeSpan.FromSeconds(4));
        var before = await used.GetAsync("spa");
        (await there.AdminAsync("GET", "/clients/spa")).Text.Should().Contain("\"leeway\":21");
        there.Time.Advance(TimeSpan.FromSeconds(1));
        var after = await used.GetAsync("spa");

        (before.Leeway.TotalSeconds, after.Leeway.TotalSeconds).Should().Be((0, 21));
    }

    [Test]
    public async Task Changes_on_two_nodes_within_the_cache_time_never_undo_each_other()
    {
        var shared = new InMemoryRotationPolicyStore();
        await using var here = await Admin.StartAsync(setup => Share(setup, shared));
        await using var there = await Admin.StartAsync(setup => Share(setup, shared));
        for (var round = 1; round <= 6; round++)
        {
            foreach (var host in new[] { here, there })
            {
                await host.Services.GetRequiredService<IRotationPolicyManager>().GetAsync("spa");
            }

            (await here.PatchSettingsAsync($$"""{"leeway":{{round}}}""")).ShouldBe(200);
            (await there.PatchSettingsAsync($$"""{"active_cap":{{round}}}""")).ShouldBe(200);

            var policy = (await shared.FindAsync("spa", string.Empty, CancellationToken.None))!;
            (policy.Leeway.TotalSeconds, policy.ActiveCap).Should().Be((round, round));
        }
    }

    [Test]
    public async Task Change_of_another_node_between_reading_and_writing_is_kept_or_refuses([Values] bool namesWhatItWasMadeFrom, [Values] bool resets)
    {
        var shared = new InMemoryRotationPolicyStore();
        var gated = new InterruptedPolicyStore(shared);
        await using var here = await Admin.StartAsync(setup => Share(setup, gated));
        await using var there = await Admin.StartAsync(setup => Share(setup, shared));
        (await here.PatchSettingsAsync("""{"leeway":3}""")).ShouldBe(200);
        var tag = (await here.AdminAsync("GET", "/clients/spa")).Header("ETag")!;
        gated.BeforeWrite = async () => (await there.PatchSettingsAsync("""{"leeway":7}""")).ShouldBe(200);

        var answer = await here.AdminAsync(
            "PATCH",
            "/clients/spa",
            resets ? """{"refresh_token":null}""" : """{"refresh_token":{"active_cap":3}}""",
            change: request =>
            {
                if (namesWhatItWasMadeFrom)
                {
                    request.Headers.TryAddWithoutValidation("If-Match", tag);
                }
            });

        answer.ShouldBe(namesWhatItWasMadeFrom ? 412 : 200);
        var policy = await shared.FindAsync("spa", string.Empty, CancellationToken.None);
        (policy?.Leeway.TotalSeconds).Should().Be(resets && !namesWhatItWasMadeFrom ? null : 7);
        (policy?.ActiveCap == 3).Should().Be(!resets && !namesWhatItWasMadeFrom);
    }

    [Test]
    public async Task Change_that_meets_conflicts_without_end_is_an_outage()
    {
        var shared = new InMemoryRotationPolicyStore();
        var gated = new InterruptedPolicyStore(shared);
        await using var host = await Admin.StartAsync(setup => Share(setup, gated));
        var cap = 1;
        gated.BeforeWrite = Interfere;

        (await host.PatchSettingsAsync("""{"leeway":3}""")).ShouldBe(503);

        cap.Should().BeGreaterThan(10).And.BeLessThan(1_000);

        async Task Interfere()
        {
            gated.BeforeWrite = Interfere;
            await shared.SetAsync("spa", string.Empty, RotationPolicy.Spa with { ActiveCap = ++cap }, CancellationToken.None);
        }
    }

    private static void Share(TestHostSetup setup, IRotationPolicyStore store) => setup.Build = rotation => rotation.Services.Replace(
        ServiceDescriptor.Singleton<IRotationPolicyStore>(new RotationPolicyCache(store, TimeSpan.FromSeconds(5), setup.Time)));

    /// <summary>Lets something happen between the read of a change and its write.</summary>
    private sealed class InterruptedPolicyStore(IRotationPolicyStore inner) : IRotationPolicyStore
    {
        public Func<Task>? BeforeWrite { get; set; }

        public ValueTask<RotationPolicy?> FindAsync(string clientId, string tenantId, CancellationToken cancellationToken) =>
            inner.FindAsync(clientId, tenantId, cancellationToken);

        public ValueTask<VersionedRotationPolicy?> ReadAsync(string clientId, string tenantId, CancellationToken cancellationToken) =>
            inner.ReadAsync(clientId, tenantId, cancellationToken);

        public async ValueTask<bool> TrySetAsync(
            string clientId, string tenantId, RotationPolicy? policy, string? version, CancellationToken cancellationToken)
        {
            if (BeforeWrite is { } interruption)
            {
                BeforeWrite = null;
                await interruption();
            }

            return await inner.TrySetAsync(clientId, tenantId, policy, version, cancellationToken);
        }
    }

    /// <summary>Holds every write until the test opens the gate.</summary>
    private sealed class GatedPolicyStore : IRotationPolicyStore
    {
        private readonly InMemoryRotationPolicyStore _inner = new();
        private readonly TaskCompletionSource _writing = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _open = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Writing => _writing.Task;

        public void Open() => _open.SetResult();

        public ValueTask<RotationPolicy?> FindAsync(string clientId, string tenantId, CancellationToken cancellationToken) =>
            _inner.FindAsync(clientId, tenantId, cancellationToken);

        public ValueTask<VersionedRotationPolicy?> ReadAsync(string clientId, string tenantId, CancellationToken cancellationToken) =>
            _inner.ReadAsync(clientId, tenantId, cancellationToken);

        public async ValueTask<bool> TrySetAsync(
            string clientId, string tenantId, RotationPolicy? policy, string? version, CancellationToken cancellationToken)
        {
            _writing.TrySetResult();
            await _open.Task;
            return await _inner.TrySetAsync(clientId, tenantId, policy, version, cancellationToken);
        }
    }
}
