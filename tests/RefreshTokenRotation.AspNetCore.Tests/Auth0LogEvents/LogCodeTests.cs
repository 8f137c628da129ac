using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.AspNetCore.Tests;

[TestFixture]
internal sealed class LogCodeTests
{
    private LogCapture _log = null!;
    private ServiceProvider _provider = null!;
    private IRefreshTokenService _tokens = null!;
    private ITokenFamilyManager _families = null!;
    private List<string> _secrets = null!;

    [SetUp]
    public void SetUp()
    {
        _log = new LogCapture();
        _secrets = ["alice"];
        var services = new ServiceCollection().AddSingleton<TimeProvider>(new FakeTime()).AddSingleton<ILoggerFactory>(_log);
        services.AddRefreshTokenRotation(options => options.DefaultPolicy = RotationPolicy.Strict with { ActiveCap = 1 }).AddLogCodes();
        _provider = services.BuildServiceProvider();
        _tokens = _provider.GetRequiredService<IRefreshTokenService>();
        _families = _provider.GetRequiredService<ITokenFamilyManager>();
    }

    [TearDown]
    public void TearDown()
    {
        _provider.Dispose();
        _log.Dispose();
    }

    [Test]
    public async Task Start_of_a_family_is_seacft()
    {
        var family = (await IssueAsync()).Family;

        (await EntryAsync(101, "seacft")).Values().Split('\n').Should().Contain(
            [$"familyId={family.FamilyId}", "client_id=spa", "audience=https://api.example", "scope=openid offline_access"]);
    }

    [Test]
    public async Task Exchange_is_sertft()
    {
        var issued = await IssueAsync();
        await ExchangeAsync(issued.RefreshToken);

        (await EntryAsync(102, "sertft")).Values().Split('\n').Should().Contain(
            [$"familyId={issued.Family.FamilyId}", "tokenCounter=1", "outcome=rotated", "client_id=spa", "audience=https://api.example"]);
    }

    [Test]
    public async Task Replay_is_ferrt()
    {
        var issued = await IssueAsync();
        var next = (ExchangeResult.Succeeded)await ExchangeAsync(issued.RefreshToken);
        await ExchangeAsync(next.RefreshToken);
        await ExchangeAsync(issued.RefreshToken);

        var entry = await EntryAsync(104, "ferrt");
        entry.Level.Should().Be(LogLevel.Warning);
        entry.Message.Should().StartWith("Reused rotating refresh token detected");
        entry.Values().Split('\n').Should().Contain([$"familyId={issued.Family.FamilyId}", "tokenCounter=0", "latestCounter=2", "revoked=True"]);
    }

    [TestCase(RevocationReason.SessionEnded, "session_not_found")]
    [TestCase(RevocationReason.User, "grant_revoked")]
    public async Task Token_of_a_revoked_family_is_fertft_with_the_cause(RevocationReason cause, string reason)
    {
        var issued = await IssueAsync();
        await _families.RevokeAsync(TokenFamilyFilter.ForFamily(issued.Family.FamilyId), cause);
        await ExchangeAsync(issued.RefreshToken);

        (await EntryAsync(103, "fertft")).Values().Split('\n').Should().Contain(
            [$"failure_reason={reason}", "reason=revoked", $"familyId={issued.Family.FamilyId}", "client_id=spa"]);
    }

    [Test]
    public async Task Unknown_token_is_fertft()
    {
        await ExchangeAsync("rtr_unknown");

        (await EntryAsync(103, "fertft")).Values().Split('\n').Should().Contain(["failure_reason=invalid_token", "reason=unknown", "familyId="]);
    }

    [Test]
    public async Task Revocation_by_token_is_srrt()
    {
        var issued = await IssueAsync();
        await _tokens.RevokeAsync(new RevokeRequest { RefreshToken = issued.RefreshToken, ClientId = "spa" });

        (await EntryAsync(105, "srrt")).Values().Split('\n').Should().Contain(
            [$"credential_id={issued.Family.FamilyId}", "reason=client_request", "count=1", "client_id=spa", "audience=https://api.example", "session_id=s1"]);
    }

    [Test]
    public async Task Revocation_of_many_is_srrt_with_what_was_asked_for()
    {
        await IssueAsync();
        await _families.RevokeAsync(TokenFamilyFilter.ForSession("s1") with { Resource = "https://api.example" }, RevocationReason.SessionEnded);

        (await EntryAsync(105, "srrt")).Values().Split('\n').Should().Contain(
            ["credential_id=", "count=1", "reason=session_ended", "session_id=s1", "audience=https://api.example"]);
    }

    [Test]
    public async Task Eviction_by_the_cap_is_resource_cleanup()
    {
        var first = await IssueAsync();
        await IssueAsync();

        (await EntryAsync(106, "resource_cleanup")).Values().Split('\n').Should().Contain([$"credential_id={first.Family.FamilyId}", "client_id=spa"]);
    }

    [Test]
    public void Host_without_logging_may_have_the_codes()
    {
        var services = new ServiceCollection();
        services.AddRefreshTokenRotation().AddLogCodes().AddLogCodes();
        using var provider = services.BuildServiceProvider();

        provider.GetServices<IRefreshTokenEventHandler>().Should().ContainSingle();
    }

    /// <summary>The one entry of a code, when all events are told; no entry holds a token or a user.</summary>
    private async Task<FakeLogRecord> EntryAsync(int id, string code)
    {
        foreach (var service in _provider.GetServices<IHostedService>())
        {
            await service.StopAsync(CancellationToken.None);
        }

        var entries = _log.Entries.Where(entry => entry.Category == "RefreshTokenRotation.LogCodes").ToArray();
        foreach (var secret in _secrets)
        {
            entries.Should().NotContain(entry => entry.Message.Contains(secret) || entry.Values().Contains(secret));
        }

        return entries.Should().ContainSingle(entry => entry.Id.Id == id && entry.Id.Name == code).Subject;
    }

    private async Task<IssueResult> IssueAsync()
    {
        var issued = await _tokens.IssueAsync(new IssueRequest
        {
            Subject = "alice",
            ClientId = "spa",
            Scopes = ["openid", "offline_access"],
            Resources = ["https://api.example"],
            SessionId = "s1",
        });
        _secrets.Add(issued.RefreshToken.Reveal());
        return issued;
    }

    private async Task<ExchangeResult> ExchangeAsync(RefreshToken token) =>
        await _tokens.ExchangeAsync(new ExchangeRequest { RefreshToken = token, ClientId = "spa" });
}
