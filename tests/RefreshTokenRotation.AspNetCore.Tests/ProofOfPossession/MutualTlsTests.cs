using System.Buffers.Text;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using RefreshTokenRotation.AspNetCore.Tests.Support;

namespace RefreshTokenRotation.AspNetCore.Tests.ProofOfPossession;

/// <summary>Tokens that are bound to a client certificate (RFC 8705).</summary>
public sealed class MutualTlsTests
{
    private const string CertificateHeader = "X-Test-Certificate";

    private X509Certificate2 _certificate = null!;
    private X509Certificate2 _other = null!;

    [OneTimeSetUp]
    public void SetUp() => (_certificate, _other) = (Create("client"), Create("other"));

    [OneTimeTearDown]
    public void TearDown()
    {
        _certificate.Dispose();
        _other.Dispose();
    }

    [Test]
    public async Task Public_clients_family_needs_the_same_certificate([Values] bool byCallback)
    {
        await using var host = await StartAsync(byCallback);
        var login = await LogInAsync(host, _certificate);

        var stolen = await RefreshAsync(host, login.RefreshToken!, _other);
        var bare = await RefreshAsync(host, login.RefreshToken!, null);
        var refreshed = await RefreshAsync(host, login.RefreshToken!, _certificate);

        stolen.ShouldBeError(400, "invalid_grant");
        bare.ShouldBeError(400, "invalid_grant");
        bare.Body.Should().Equal((await host.RefreshAsync("x")).Body);
        ((int)refreshed.Status).Should().Be(200, refreshed.Text);
        refreshed.Member("token_type").Should().Be("Bearer");
        host.Issuer.Requests.Should().OnlyContain(request =>
            request.SenderKeyThumbprint == ThumbprintOf(_certificate) && request.SenderKeyKind == SenderKeyKind.Certificate);
    }

    [Test]
    public async Task Proof_counts_and_not_the_certificate_where_both_are_there()
    {
        await using var host = await StartAsync();
        using var client = new DPoPClient(host);
        var login = await LogInAsync(host, _certificate, client.Proof());

        var refreshed = await RefreshAsync(host, login.RefreshToken!, _other, client.Proof());

        login.Member("token_type").Should().Be("DPoP", login.Text);
        refreshed.Member("token_type").Should().Be("DPoP", refreshed.Text);
        (await RefreshAsync(host, refreshed.RefreshToken!, _certificate)).ShouldBeError(400, "invalid_grant");
    }

    [Test]
    public async Task Client_that_must_prove_its_certificate_is_held_to_it()
    {
        await using var host = await StartAsync();
        using var client = new DPoPClient(host);

        (await LogInAsync(host, null, client: "mtls")).ShouldBeError(400, "invalid_request");
        (await LogInAsync(host, _certificate, client.Proof(), "mtls")).ShouldBeError(400, "invalid_request");
        (await LogInAsync(host, _certificate, client: "mtls")).Member("token_type").Should().Be("Bearer");
    }

    [Test]
    public async Task Client_that_must_prove_a_dpop_key_is_not_bound_by_its_certificate()
    {
        await using var host = await StartAsync();

        (await LogInAsync(host, _certificate, client: "dpop")).ShouldBeError(400, "invalid_dpop_proof");
    }

    [Test]
    public async Task Certificate_binds_nothing_where_it_is_not_switched_on([Values] bool verifiesAccessTokens)
    {
        await using var host = await TestHost.StartAsync(setup =>
        {
            setup.Build = rotation => new StubGrantHandler().AddTo(rotation);
            setup.Pipeline = Connect;
            if (verifiesAccessTokens)
            {
                setup.Build += static rotation => rotation.Services.AddAccessTokenVerification();
            }
        });

        await LogInAsync(host, _certificate);

        host.Issuer.Requests.Should().ContainSingle().Which.SenderKeyThumbprint.Should().BeNull();
    }

    [Test]
    public async Task Introspection_confirms_the_certificate()
    {
        await using var host = await StartAsync();
        var login = await LogInAsync(host, _certificate);

        var told = await host.PostAsync("/oauth/introspect", $"token={login.AccessToken}", request => request.Basic(Clients.Confidential, Clients.Secret));

        told.Json.GetProperty("cnf").GetRawText().Should().Be($$"""{"x5t#S256":"{{ThumbprintOf(_certificate)}}"}""");
    }

    [Test]
    public async Task Api_takes_a_bound_token_on_its_own_connection_alone()
    {
        await using var host = await StartAsync();
        var token = (await LogInAsync(host, _certificate)).AccessToken!;

        ((int)(await CallAsync(host, token, _certificate)).Status).Should().Be(200);
        (await CallAsync(host, token, _other)).ShouldBeRefused(401, "invalid_token");
        (await CallAsync(host, token, null)).ShouldBeRefused(401, "invalid_token");
    }

    private static Task<Answer> CallAsync(TestHost host, string token, X509Certificate2? certificate) =>
        host.SendAsync(new HttpRequestMessage(HttpMethod.Get, "/api"), request =>
        {
            request.Headers.Authorization = new("Bearer", token);
            if (certificate is not null)
            {
                request.Headers.Add(CertificateHeader, Convert.ToBase64String(certificate.RawData));
            }
        });

    private static Task<TestHost> StartAsync(bool byCallback = false) => DPoPHost.StartAsync(change: setup =>
    {
        setup.Build += rotation => rotation.AddMutualTls(options =>
        {
            if (byCallback)
            {
                options.FindCertificate = context => Load(context.Request.Headers[CertificateHeader].ToString());
            }
        });
        setup.Pipeline = byCallback ? null : Connect;
        setup.Map = static endpoints =>
        {
            endpoints.MapRefreshTokenRotation();
            endpoints.MapGet("/api", async (HttpContext context, AccessTokenVerifier verifier) =>
                await verifier.VerifyAsync(context, context.RequestAborted) is AccessTokenVerification.Rejected rejected ? rejected : Results.Ok());
        };
        setup.Endpoints(options =>
        {
            options.Clients.Add(new OAuthClient { ClientId = "mtls", GrantTypes = [StubGrantHandler.Type], SenderConstraint = SenderConstraint.MutualTls });
            options.Clients.Add(new OAuthClient { ClientId = "dpop", GrantTypes = [StubGrantHandler.Type], SenderConstraint = SenderConstraint.DPoP });
        });
    });

    /// <summary>Puts the certificate where TLS would.</summary>
    private static void Connect(WebApplication app) => app.Use((context, next) =>
    {
        context.Connection.ClientCertificate = Load(context.Request.Headers[CertificateHeader].ToString());
        return next(context);
    });

    private static Task<Answer> LogInAsync(TestHost host, X509Certificate2? certificate, string? proof = null, string client = Clients.Public) =>
        SendAsync(host, $"grant_type={StubGrantHandler.Type}&client_id={client}&scope=offline_access&resource={Clients.Api1}", certificate, proof);

    private static Task<Answer> RefreshAsync(TestHost host, string token, X509Certificate2? certificate, string? proof = null) =>
        SendAsync(host, $"grant_type=refresh_token&client_id={Clients.Public}&refresh_token={token}", certificate, proof);

    private static Task<Answer> SendAsync(TestHost host, string form, X509Certificate2? certificate, string? proof) => host.TokenAsync(form, request =>
    {
        if (certificate is not null)
        {
            request.Headers.Add(CertificateHeader, Convert.ToBase64String(certificate.RawData));
        }

        if (proof is not null)
        {
            request.Headers.Add("DPoP", proof);
        }
    });

    private static X509Certificate2? Load(string text) => text.Length == 0 ? null : X509CertificateLoader.LoadCertificate(Convert.FromBase64String(text));

    private static string ThumbprintOf(X509Certificate2 certificate) => Base64Url.EncodeToString(certificate.GetCertHash(HashAlgorithmName.SHA256));

    private static X509Certificate2 Create(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256)
            .CreateSelfSigned(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero), new DateTimeOffset(2036, 1, 1, 0, 0, 0, TimeSpan.Zero));
    }
}
