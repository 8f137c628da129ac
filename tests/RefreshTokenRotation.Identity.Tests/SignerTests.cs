using System.Net;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.BearerToken;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using RefreshTokenRotation.Identity.Tests.Support;

namespace RefreshTokenRotation.Identity.Tests;

/// <summary>The access token is protected before anything is written: what fails there consumes nothing.</summary>
[TestFixture]
internal sealed class SignerTests
{
    [Test]
    public async Task Refresh_whose_access_token_cannot_be_protected_consumes_nothing()
    {
        var signer = new BrokenSigner();
        await using var host = await Host.StartAsync(RotationPolicy.Strict, hasInterceptedStore: true, services: signer.AddTo);
        using var client = await host.LogInAsync();
        (signer.IsBroken, var swaps) = (true, host.Store.Calls.Count(call => call == "swap"));

        (await client.RefreshAsync()).Should().Be(HttpStatusCode.InternalServerError);

        host.Store.Calls.Count(call => call == "swap").Should().Be(swaps);
        (await host.FamiliesAsync()).Should().ContainSingle().Which.Should()
            .Match<TokenFamilyInfo>(family => family.Generation == 0 && family.RevokedAt == null);
        signer.IsBroken = false;
        (await client.RefreshAsync()).Should().Be(HttpStatusCode.OK, "the same token is as good as before");
    }

    [Test]
    public async Task Log_in_whose_access_token_cannot_be_protected_leaves_no_family()
    {
        var signer = new BrokenSigner();
        await using var host = await Host.StartAsync(services: signer.AddTo);
        using var client = await host.LogInAsync();
        signer.IsBroken = true;
        using var response = await client.PostAsync("/login", new { email = "alice@example.com", password = Host.Password });
        response.StatusCode.Should().Be(HttpStatusCode.InternalServerError);
        (await host.FamiliesAsync()).Should().ContainSingle("the first log-in's");
    }

    /// <summary>A protector of access tokens whose keys are out of reach at times.</summary>
    private sealed class BrokenSigner : ISecureDataFormat<AuthenticationTicket>
    {
        private ISecureDataFormat<AuthenticationTicket> _inner = null!;

        public bool IsBroken { get; set; }

        public void AddTo(IServiceCollection services) => services.PostConfigure<BearerTokenOptions>(
            IdentityConstants.BearerScheme, options => (_inner, options.BearerTokenProtector) = (options.BearerTokenProtector, this));

        public string Protect(AuthenticationTicket data) => Protect(data, null);

        public string Protect(AuthenticationTicket data, string? purpose) =>
            IsBroken ? throw new InvalidOperationException("The key is out of reach.") : _inner.Protect(data, purpose);

        public AuthenticationTicket? Unprotect(string? protectedText) => _inner.Unprotect(protectedText);

        public AuthenticationTicket? Unprotect(string? protectedText, string? purpose) => _inner.Unprotect(protectedText, purpose);
    }
}
