using System.Buffers.Text;
using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Claims;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using RefreshTokenRotation.AspNetCore.Tests.Support;

namespace RefreshTokenRotation.AspNetCore.Tests.ProofOfPossession;

/// <summary>Tokens that are bound to a client certificate, over real TLS handshakes (RFC 8705 section 3).</summary>
public sealed class MutualTlsHandshakeTests
{
    private readonly StubIssuer _issuer = new();
    private X509Certificate2 _server = null!;
    private X509Certificate2 _client = null!;
    private X509Certificate2 _other = null!;
    private WebApplication _app = null!;
    private Uri _address = null!;

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        (_server, _client, _other) = (Create("localhost"), Create("client"), Create("other"));
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(options => options.Listen(IPAddress.Loopback, 0, listener =>
            listener.UseHttps(_server, https =>
            {
                https.ClientCertificateMode = ClientCertificateMode.AllowCertificate;
                https.ClientCertificateValidation = static (_, _, _) => true; // self-signed: RFC 8705 binds to whatever TLS let in
            })));
        builder.Services.AddSingleton<IAccessTokenIssuer>(_issuer);
        var rotation = builder.Services.AddRefreshTokenRotation().AddEndpoints(Clients.Add).AddMutualTls();
        rotation.Services.AddAccessTokenVerification();
        rotation.Services.AddAuthentication().AddRotationBearer(static options => options.Audiences.Add(Clients.Api1));
        rotation.Services.AddAuthorization();
        new StubGrantHandler().AddTo(rotation);
        _app = builder.Build();
        _app.MapRefreshTokenRotation();
        _app.MapGet("/api", static async (HttpContext context, AccessTokenVerifier verifier) =>
            await verifier.VerifyAsync(context, context.RequestAborted) is AccessTokenVerification.Rejected rejected ? rejected : Results.Ok());
        _app.MapGet("/bearer", static (ClaimsPrincipal user) => user.FindFirstValue("sub")).RequireAuthorization();
        await _app.StartAsync();
        _address = new Uri(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
    }

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        await _app.DisposeAsync();
        _server.Dispose();
        _client.Dispose();
        _other.Dispose();
    }

    [Test]
    public async Task Family_and_access_token_need_the_certificate_of_their_handshake()
    {
        using var own = Connect(_client);
        using var thief = Connect(_other);
        using var bare = Connect(null);
        var login = await SendAsync(own, $"grant_type={StubGrantHandler.Type}&client_id={Clients.Public}&scope=offline_access&resource={Clients.Api1}");
        var refresh = $"grant_type=refresh_token&client_id={Clients.Public}&refresh_token={login.RefreshToken}";

        (await SendAsync(thief, refresh)).ShouldBeError(400, "invalid_grant");
        (await SendAsync(bare, refresh)).ShouldBeError(400, "invalid_grant");
        var refreshed = await SendAsync(own, refresh);

        ((int)refreshed.Status).Should().Be(200, refreshed.Text);
        _issuer.Requests.Should().OnlyContain(request =>
            request.SenderKeyThumbprint == Base64Url.EncodeToString(_client.GetCertHash(HashAlgorithmName.SHA256)) && request.SenderKeyKind == SenderKeyKind.Certificate);
        foreach (var path in new[] { "/api", "/bearer" })
        {
            (await CallAsync(own, path, refreshed.AccessToken!)).Should().Be(HttpStatusCode.OK, path);
            (await CallAsync(thief, path, refreshed.AccessToken!)).Should().Be(HttpStatusCode.Unauthorized, path);
            (await CallAsync(bare, path, refreshed.AccessToken!)).Should().Be(HttpStatusCode.Unauthorized, path);
        }
    }

    private HttpClient Connect(X509Certificate2? certificate) => new(new SocketsHttpHandler
    {
        SslOptions = new SslClientAuthenticationOptions
        {
            EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
            RemoteCertificateValidationCallback = (_, presented, _, _) => presented?.GetCertHashString() == _server.GetCertHashString(),
            ClientCertificateContext = certificate is null ? null : SslStreamCertificateContext.Create(certificate, null, offline: true),
        },
    })
    { BaseAddress = _address };

    private static async Task<Answer> SendAsync(HttpClient http, string form) => await Answer.ReadAsync(await http.PostAsync(
        TestHostExtensions.TokenPath, new StringContent(form, new System.Net.Http.Headers.MediaTypeHeaderValue("application/x-www-form-urlencoded"))));

    private static async Task<HttpStatusCode> CallAsync(HttpClient http, string path, string accessToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Authorization = new("Bearer", accessToken);
        using var answer = await http.SendAsync(request);
        return answer.StatusCode;
    }

    private static X509Certificate2 Create(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var made = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256)
            .CreateSelfSigned(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero), new DateTimeOffset(2036, 1, 1, 0, 0, 0, TimeSpan.Zero));
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pkcs12), null);
    }
}
