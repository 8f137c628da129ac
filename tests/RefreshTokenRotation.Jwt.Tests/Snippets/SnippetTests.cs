using System.Security.Cryptography;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using RefreshTokenRotation.Jwt.Tests.Support;
using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.Jwt.Tests.Snippets;

/// <summary>What the pages show, run.</summary>
[TestFixture]
internal sealed class SnippetTests
{
    [Test]
    public void Start_has_valid_options()
    {
        var services = new ServiceCollection();
        Start.Register(services);
        using var provider = services.BuildServiceProvider();

        provider.GetRequiredService<IOptions<JwtAccessTokenOptions>>().Value.KeyFolder.Should().Be("/etc/login/keys");
    }

    [Test]
    public async Task Parts_sign_in_the_vault_and_add_claims_by_scope()
    {
        using var vault = new Vault();
        var services = new ServiceCollection();
        services.AddSingleton<IUsers>(new Users()).AddSingleton<IVault>(vault);
        Start.RegisterParts(services);
        await using var provider = services.BuildServiceProvider();
        var issuer = provider.GetRequiredService<IAccessTokenIssuer>();
        var families = provider.GetRequiredService<IRefreshTokenService>();
        var first = await families.IssueAsync(new IssueRequest { Subject = "alice", ClientId = "spa", Scopes = ["openid", "email"] });

        var next = await families.ExchangeAsync(Start.Exchange(issuer, first.RefreshToken.Reveal()));

        var tokens = next.Should().BeOfType<ExchangeResult.Succeeded>().Which.AccessToken!;
        var (access, id) = (new ReadToken(tokens.Value), new ReadToken(tokens.IdToken!));
        access["roles"].Should().Be("""["admin"]""");
        access.Has("email").Should().BeFalse();
        id["email"].Should().Be("alice@example.org");
        id.Has("name").Should().BeFalse();
        id.IsSignedByKeyOf(await provider.GetRequiredService<IJsonWebKeySetSource>().GetJsonWebKeySetAsync(CancellationToken.None)).Should().BeTrue();
    }

    [Test]
    public async Task Opaque_tokens_are_read_until_they_end()
    {
        var time = new FakeTime();
        var issuer = new OpaqueTokens(time);

        var token = await issuer.IssueAsync(Issuing.Request(), CancellationToken.None);

        (await issuer.ValidateAsync(token.Value, CancellationToken.None))!.Subject.Should().Be("alice");
        (await issuer.ValidateAsync(token.Value + "a", CancellationToken.None)).Should().BeNull();
        time.Advance(TimeSpan.FromMinutes(10));
        (await issuer.ValidateAsync(token.Value, CancellationToken.None)).Should().BeNull();
    }

    private sealed class Users : IUsers
    {
        public ValueTask<(string Name, string Email, string[] Roles)> FindAsync(string subject, CancellationToken cancellationToken) =>
            new((subject, $"{subject}@example.org", ["admin"]));
    }

    private sealed class Vault : IVault, IDisposable
    {
        private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

        public ValueTask<(ECParameters PublicKey, DateTimeOffset ActivatesAt)> GetKeyAsync(string name, CancellationToken cancellationToken) =>
            new((_key.ExportParameters(false), FakeTime.Start));

        public ValueTask<byte[]> SignAsync(string name, ReadOnlyMemory<byte> data, CancellationToken cancellationToken) =>
            new(_key.SignData(data.Span, HashAlgorithmName.SHA256));

        public void Dispose() => _key.Dispose();
    }
}
