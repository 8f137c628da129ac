using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using RefreshTokenRotation.Testing;

namespace RefreshTokenRotation.AspNetCore.Tests.Management;

/// <summary>What is down is answered with 503 and <c>Retry-After</c>, and heals without a restart.</summary>
public sealed class ManagementOutageTests
{
    private static readonly Operation[] AllOperations = Operation.All;

    [TestCaseSource(nameof(AllOperations))]
    public async Task Store_that_is_down_is_told(object boxed)
    {
        var operation = (Operation)boxed;
        var policies = new BrokenPolicyStore();
        await using var host = await Admin.StartAsync(setup =>
        {
            setup.Endpoints(options => options.RetryAfter = TimeSpan.FromSeconds(7));
            setup.Build = rotation => rotation.Services.Replace(ServiceDescriptor.Singleton<IRotationPolicyStore>(policies));
        });
        host.Store.Plan = _ => StoreFault.ThrowBeforeWrite;
        policies.IsDown = true;

        var down = await host.AdminAsync(operation.Method, operation.Path, operation.Body);
        host.Store.Heal();
        policies.IsDown = false;
        var up = await host.AdminAsync(operation.Method, operation.Path, operation.Body);

        down.ShouldBe(503, "Try the same request again later.");
        down.Header("Retry-After").Should().Be("7");
        down.Text.Should().NotContain("Exception");
        up.ShouldBe(operation.Status);
        host.Logs.Of(301).Should().ContainSingle().Which.Level.Should().Be(LogLevel.Error);
    }

    [Test]
    public async Task Client_store_that_throws_is_an_outage()
    {
        await using var host = await Admin.StartAsync(setup =>
            setup.Build = rotation => rotation.Services.Replace(ServiceDescriptor.Singleton<IOAuthClientStore>(new BrokenClientStore())));

        (await host.AdminAsync("GET", "/clients/spa")).ShouldBe(503);
        (await host.PatchSettingsAsync("""{"leeway":1}""")).ShouldBe(503);
    }

    [Test]
    public async Task Client_store_that_compares_without_case_finds_no_other_client()
    {
        await using var host = await Admin.StartAsync(setup => setup.Build = rotation => rotation.UseClientStore<CarelessStore>());

        (await host.AdminAsync("GET", "/clients/SPA")).ShouldBe(404);
        (await host.AdminAsync("GET", "/clients/spa")).ShouldBe(200);
    }

    private sealed class BrokenPolicyStore : IRotationPolicyStore
    {
        public bool IsDown { get; set; }

        public ValueTask<RotationPolicy?> FindAsync(string clientId, string tenantId, CancellationToken cancellationToken) =>
            IsDown ? throw new TimeoutException() : new((RotationPolicy?)null);

        public ValueTask<VersionedRotationPolicy?> ReadAsync(string clientId, string tenantId, CancellationToken cancellationToken) =>
            IsDown ? throw new TimeoutException() : new((VersionedRotationPolicy?)null);

        public ValueTask<bool> TrySetAsync(string clientId, string tenantId, RotationPolicy? policy, string? version, CancellationToken cancellationToken) =>
            IsDown ? throw new TimeoutException() : new(true);
    }

    private sealed class BrokenClientStore : IOAuthClientStore
    {
        public ValueTask<OAuthClient?> FindAsync(string clientId, string tenantId, CancellationToken cancellationToken) => throw new TimeoutException();
    }

    private sealed class CarelessStore : IOAuthClientStore
    {
        public ValueTask<OAuthClient?> FindAsync(string clientId, string tenantId, CancellationToken cancellationToken) =>
            new(new OAuthClient { ClientId = clientId.ToLowerInvariant() });
    }
}
