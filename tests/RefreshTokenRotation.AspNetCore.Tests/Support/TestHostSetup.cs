using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;
using RefreshTokenRotation.Storage;
using RefreshTokenRotation.Testing;
using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.AspNetCore.Tests.Support;

/// <summary>What a test may change of a <see cref="TestHost"/>.</summary>
internal sealed class TestHostSetup
{
    private readonly List<Action<RefreshTokenRotationOptions>> _rotation = [];
    private readonly List<Action<TenantOptions>> _tenants = [];
    private readonly List<Action<RefreshTokenEndpointOptions>> _endpoints = [Clients.Add];

    public FaultingTokenStore Store { get; set; } = new(new InMemoryTokenStore());

    public StubIssuer Issuer { get; } = new();

    public FakeTime Time { get; } = new();

    public LogCapture Logs { get; } = new();

    /// <summary>False where the test registers an issuer of its own, or none.</summary>
    public bool UseStubIssuer { get; set; } = true;

    public Action<RefreshTokenRotationBuilder>? Build { get; set; }

    /// <summary>Development validates scopes. Default: Production.</summary>
    public string Environment { get; set; } = "Production";

    /// <summary>What is logged at all. Default: everything.</summary>
    public LogLevel LogLevel { get; set; } = LogLevel.Trace;

    /// <summary>Adds middleware before the endpoints.</summary>
    public Action<WebApplication>? Pipeline { get; set; }

    /// <summary>Maps the endpoints. Default: all of them.</summary>
    public Action<IEndpointRouteBuilder>? Map { get; set; }

    public void Rotation(Action<RefreshTokenRotationOptions> configure) => _rotation.Add(configure);

    public void Policy(RotationPolicy policy) => Rotation(options => options.DefaultPolicy = policy);

    public void Endpoints(Action<RefreshTokenEndpointOptions> configure) => _endpoints.Add(configure);

    public void Tenants(Action<TenantOptions> configure) => _tenants.Add(configure);

    internal void ConfigureTenants(TenantOptions options) => _tenants.ForEach(configure => configure(options));

    internal void ConfigureRotation(RefreshTokenRotationOptions options) => _rotation.ForEach(configure => configure(options));

    internal void ConfigureEndpoints(RefreshTokenEndpointOptions options) => _endpoints.ForEach(configure => configure(options));
}
