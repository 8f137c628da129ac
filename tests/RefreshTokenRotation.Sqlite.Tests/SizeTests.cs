using Microsoft.Extensions.DependencyInjection;
using RefreshTokenRotation.Sqlite.Tests.Support;
using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.Sqlite.Tests;

/// <summary>Rotations rewrite rows in place.</summary>
[NonParallelizable]
public sealed class SizeTests
{
    private const int Families = 100;
    private const int Rotations = 100;

    private static readonly RotationPolicy Policy = RotationPolicy.Spa with { AbsoluteLifetime = TimeSpan.FromDays(90), IdleLifetime = TimeSpan.FromDays(14) };

    private static readonly DeviceInfo Device = new() { IpAddress = "203.0.113.7", UserAgent = new string('u', 90), Name = "phone" };

    [Test]
    public async Task File_does_not_grow_with_rotations_and_its_log_stays_bounded()
    {
        using var file = new TestFile(onDisk: true);
        var time = new FakeTime();
        var engine = file.Node(Policy, time, options => options.Durability = SqliteDurability.Relaxed).GetRequiredService<IRefreshTokenService>();
        var tokens = new RefreshToken[Families];
        for (var i = 0; i < Families; i++)
        {
            tokens[i] = (await engine.IssueAsync(Login(i))).RefreshToken;
        }

        await RotateAsync();
        var pages = file.Scalar("PRAGMA page_count");
        var log = 0L;
        for (var rotation = 1; rotation < Rotations; rotation++)
        {
            // Twice a day, so that the idle expiry moves over weeks.
            time.Advance(TimeSpan.FromHours(12));
            await RotateAsync();
            log = Math.Max(log, new FileInfo(file.FilePath + "-wal").Length);
        }

        TestContext.Out.WriteLine($"{Families} families, {Families * Rotations} rotations: {pages} pages to {file.Scalar("PRAGMA page_count")}, log {log} bytes at most");
        file.Scalar("SELECT count(*) FROM families").Should().Be(Families);
        file.Scalar("PRAGMA page_count").Should().BeLessThanOrEqualTo(pages + 2);
        log.Should().BeInRange(1_000_000, 6_000_000);

        async Task RotateAsync()
        {
            for (var i = 0; i < Families; i++)
            {
                var result = await engine.ExchangeAsync(new ExchangeRequest { RefreshToken = tokens[i], ClientId = "spa", Device = Device });
                tokens[i] = ((ExchangeResult.Succeeded)result).RefreshToken;
            }
        }
    }

    private static IssueRequest Login(int i) => new()
    {
        Subject = $"user-{i}",
        ClientId = "spa",
        SessionId = $"session-{i}",
        Scopes = ["openid", "profile", "offline_access"],
        Resources = ["https://api.example.com"],
        Device = Device,
    };
}
