using System.Security.Claims;
using Microsoft.Extensions.Options;
using RefreshTokenRotation.AspNetCore.Tests.Support;

namespace RefreshTokenRotation.AspNetCore.Tests.Management;

/// <summary>One tenant rule for every door.</summary>
public sealed class TenantRuleTests
{
    [TestCase("", "", false, true)]
    [TestCase("", "acme", false, false)]
    [TestCase("acme", "", false, false)]
    [TestCase("acme", "acme", false, true)]
    [TestCase("acme", "globex", false, false)]
    [TestCase("", "acme", true, true)]
    [TestCase("acme", "globex", true, false)]
    [TestCase("acme", "", true, false)]
    public void Principal_acts_in_its_own_tenant_alone(string claimed, string tenant, bool allowsUnnamed, bool admitted)
    {
        var rule = new TenantRule(Options.Create(new TenantOptions { AllowPrincipalsWithoutTenant = allowsUnnamed, TenantClaim = "tid" }));
        var claims = claimed.Length == 0 ? [] : new[] { new Claim("tid", claimed) };

        rule.Admits(new ClaimsPrincipal(new ClaimsIdentity(claims, "test")), tenant).Should().Be(admitted);
    }

    [Test]
    public void Claim_is_the_issuers_and_must_not_differ()
    {
        new TenantRule(Options.Create(new TenantOptions()), new RenamingIssuer()).Claim.Should().Be("tid");
        new TenantRule(Options.Create(new TenantOptions()), new StubIssuer()).Claim.Should().Be("org_id");
        FluentActions.Invoking(() => new TenantRule(Options.Create(new TenantOptions { TenantClaim = "other" }), new RenamingIssuer()))
            .Should().Throw<InvalidOperationException>().WithMessage("*'other'*'tid'*");
    }

    [TestCase("org_id=acme")]
    [TestCase("org_id=acme;org_id=")]
    public async Task Administrator_of_a_tenant_is_refused_at_the_empty_one(string claims)
    {
        await using var host = await Admin.StartAsync();
        var family = await host.IssueAsync();
        var request = new HttpRequestMessage(HttpMethod.Delete, $"{Admin.Prefix}/refresh-tokens/{family.Id()}");
        request.Headers.TryAddWithoutValidation("X-Claims", $"sub=a;aud=management;scope=delete:refresh_tokens;{claims}");

        (await host.SendAsync(request)).ShouldBe(403, "another tenant");

        (await host.IsAliveAsync(family, string.Empty)).Should().BeTrue();
    }

    private sealed class RenamingIssuer : IAccessTokenIssuer
    {
        public string TenantClaim => "tid";

        public ValueTask<AccessToken> IssueAsync(AccessTokenRequest request, CancellationToken cancellationToken) => throw new NotSupportedException();

        public ValueTask<ValidatedAccessToken?> ValidateAsync(string accessToken, CancellationToken cancellationToken) => throw new NotSupportedException();
    }
}
