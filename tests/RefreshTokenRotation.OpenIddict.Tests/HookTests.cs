using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using OpenIddict.Server;
using RefreshTokenRotation.PostgreSql.Tests.Support;
using RefreshTokenRotation.TestSupport.OpenIddict;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace RefreshTokenRotation.OpenIddict.Tests;

/// <summary>The error that an exchange hook names reaches the client with its status and members.</summary>
[TestFixture]
internal sealed class HookTests
{
    private OpenIddictHost _host = null!;
    private Gate _gate = null!;

    [SetUp]
    public async Task StartAsync()
    {
        _gate = new Gate();
        _host = await OpenIddictHost.StartAsync(
            await OpenIddictHost.CreateDatabaseAsync(TestServer.ConnectionString),
            RotationPolicy.Spa,
            server => server.AddEventHandler<ValidateTokenRequestContext>(handler => handler.UseScopedHandler<Recorder>()),
            configureFamilies: builder =>
            {
                builder.Services.AddSingleton(_gate).AddScoped<Scope>();
                builder.AddExchangeHook<Hook>();
            });
    }

    [TearDown]
    public Task StopAsync() => _host.DisposeAsync().AsTask();

    [TestCase(false)]
    [TestCase(true)]
    public async Task Named_error_is_the_answer_and_consumes_nothing(bool isRetry)
    {
        var first = await _host.Client.LogInAsync();
        var successor = isRetry ? await _host.Client.RefreshAsync(first.RefreshToken) : default;
        _gate.Judge = static context => context.Refuse(ExchangeRefusal.MfaRequired("mfa-1", "A second factor, please.", new JsonObject { ["hint"] = "otp" }));

        var refused = await _host.Client.RefreshAsync(first.RefreshToken);

        refused.Status.Should().Be(HttpStatusCode.Forbidden);
        (refused.Text("error"), refused.Text("error_description")).Should().Be(("mfa_required", "A second factor, please."));
        (refused.Text("mfa_token"), refused.Text("hint")).Should().Be(("mfa-1", "otp"));
        _gate.Judge = static _ => { };
        var next = await _host.Client.RefreshAsync(first.RefreshToken);
        next.IsOk.Should().BeTrue();
        if (isRetry)
        {
            next.RefreshToken.Should().Be(successor.RefreshToken);
        }
    }

    [Test]
    public async Task Hook_that_names_no_error_is_answered_as_an_ended_session()
    {
        var first = await _host.Client.LogInAsync();
        _gate.Judge = static context => context.Refuse();

        var refused = await _host.Client.RefreshAsync(first.RefreshToken);

        (refused.Status, refused.Text("error")).Should().Be((HttpStatusCode.BadRequest, "invalid_grant"));
    }

    [Test]
    public async Task Hook_that_revokes_ends_the_family()
    {
        var first = await _host.Client.LogInAsync();
        _gate.Judge = static context => context.Revoke(RevocationReason.Administrator);

        var refused = await _host.Client.RefreshAsync(first.RefreshToken);

        (refused.Status, refused.Text("error")).Should().Be((HttpStatusCode.Forbidden, "access_denied"));
        _gate.Judge = static _ => { };
        (await _host.Client.RefreshAsync(first.RefreshToken)).Text("error").Should().Be("invalid_grant");
    }

    [Test]
    public async Task Hook_comes_from_the_scope_of_the_request()
    {
        var first = await _host.Client.LogInAsync();
        _gate.Scopes.Clear();

        (await _host.Client.RefreshAsync(first.RefreshToken)).IsOk.Should().BeTrue();

        _gate.Scopes.Should().ContainSingle().Which.Should().BeSameAs(_gate.OfRequest);
    }

    private sealed class Scope;

    private sealed class Gate
    {
        public Action<ExchangeHookContext> Judge { get; set; } = static _ => { };

        public List<Scope> Scopes { get; } = [];

        public Scope? OfRequest { get; set; }
    }

    private sealed class Hook(Gate gate, Scope scope) : IExchangeHook
    {
        public ValueTask OnExchangeAsync(ExchangeHookContext context, CancellationToken cancellationToken)
        {
            gate.Scopes.Add(scope);
            gate.Judge(context);
            return default;
        }
    }

    /// <summary>Runs in the scope of the request.</summary>
    private sealed class Recorder(Gate gate, Scope scope) : IOpenIddictServerHandler<ValidateTokenRequestContext>
    {
        public ValueTask HandleAsync(ValidateTokenRequestContext context)
        {
            gate.OfRequest = scope;
            return default;
        }
    }
}
