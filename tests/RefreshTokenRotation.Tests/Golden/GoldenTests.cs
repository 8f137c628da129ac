using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using RefreshTokenRotation.Internal;
using RefreshTokenRotation.Storage;
using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.Tests.Golden;

/// <summary>
/// What is on the wire and in the row, frozen by a file. A change that makes this test fail logs every user out or misreads every stored row:
/// give the format a new number instead, and go on reading the old one.
/// </summary>
[TestFixture]
internal sealed class GoldenTests
{
    [Test]
    public async Task Tokens_and_rows_are_those_of_the_golden_file()
    {
        var story = new List<string>();
        using var engine = new Engine(RotationPolicy.Mobile, configure: builder => builder.Services.AddSingleton<RandomSource, SequentialRandom>());
        var issued = await engine.Tokens.IssueAsync(new IssueRequest
        {
            Subject = "alice",
            ClientId = "spa",
            TenantId = "tenant",
            Scopes = ["openid", "offline_access"],
            Resources = ["https://api"],
            AuthorizationId = "code",
            SessionId = "session",
            SenderKeyThumbprint = "thumbprint",
            AuthenticationTime = FakeTime.Start,
            Acr = "acr",
            Amr = ["pwd"],
            Device = new DeviceInfo { IpAddress = "203.0.113.7", UserAgent = "agent", Name = "phone" },
            Metadata = new Dictionary<string, string>(StringComparer.Ordinal) { ["key"] = "value" },
        });
        await TellAsync("issued", issued.RefreshToken);

        engine.Time.Advance(TimeSpan.FromMinutes(1));
        var rotated = await ExchangeAsync(issued.RefreshToken);
        await TellAsync("rotated, leeway on", rotated);

        engine.Policy = RotationPolicy.Strict;
        engine.Time.Advance(TimeSpan.FromMinutes(1));
        await TellAsync("rotated, leeway off", await ExchangeAsync(rotated));

        await engine.Families.RevokeAsync(TokenFamilyFilter.ForUser("alice") with { TenantId = "tenant" }, RevocationReason.User);
        await TellAsync("revoked", null);

        var golden = await File.ReadAllLinesAsync(Path.Combine(TestContext.CurrentContext.TestDirectory, "Golden", "family.txt"));
        story.Should().Equal(golden);

        async Task<RefreshToken> ExchangeAsync(RefreshToken token)
        {
            var request = new ExchangeRequest { RefreshToken = token, ClientId = "spa", TenantId = "tenant", SenderKeyThumbprint = "thumbprint" };
            return ((ExchangeResult.Succeeded)await engine.Tokens.ExchangeAsync(request)).RefreshToken;
        }

        async Task TellAsync(string title, RefreshToken? token)
        {
            var filter = TokenFamilyFilter.ForFamily(issued.Family.FamilyId) with { TenantId = "tenant" };
            var row = (await engine.Store.ListAsync(new TokenFamilyQuery(filter, null, 1, engine.Now), CancellationToken.None)).Single();
            story.Add($"# {title}");
            story.Add($"token: {token?.Reveal() ?? "-"}");
            story.AddRange(Describe(row.Grant, "Grant."));
            story.AddRange(Describe(row, string.Empty));
        }
    }

    /// <summary>The same of a family whose leeway reaches over several generations: the salt is half as long, and the trail leads on.</summary>
    [Test]
    public async Task Trails_are_those_of_the_golden_file()
    {
        using var engine = new Engine(RotationPolicy.Agents, configure: builder => builder.Services.AddSingleton<RandomSource, SequentialRandom>());
        var issued = await engine.IssueAsync();
        var token = issued.RefreshToken;
        var story = new List<string>();
        for (var rotation = 1; rotation <= 3; rotation++)
        {
            engine.Time.Advance(TimeSpan.FromMinutes(1));
            token = await engine.ExpectAsync(token, ExchangeOutcome.Rotated);
            var row = await engine.RowAsync(issued.Family.FamilyId);
            story.Add($"# rotation {rotation}");
            story.Add($"token: {token.Reveal()}");
            story.AddRange(Describe(row, string.Empty).Where(static line => line.Split(':')[0] is "SecretHash" or "Salt" or "Trail" or "RotatedAt" or "LeewayUntil"));
        }

        var golden = await File.ReadAllLinesAsync(Path.Combine(TestContext.CurrentContext.TestDirectory, "Golden", "trail.txt"));
        story.Should().Equal(golden);
    }

    [Test]
    public void Numbers_that_are_stored_do_not_change()
    {
        Numbers<RotationType>().Should().Equal("Rotating=1", "NonRotating=2");
        Numbers<RevocationReason>().Should().Equal(
            "ReuseDetected=1", "ClientRequest=2", "User=3", "Administrator=4", "SessionEnded=5", "CredentialsChanged=6", "AuthorizationCodeReused=7",
            "Evicted=8", "Migrated=9");

        static IEnumerable<string> Numbers<T>()
            where T : struct, Enum => Enum.GetValues<T>().Select(value => $"{value}={Convert.ToInt32(value, CultureInfo.InvariantCulture)}");
    }

    private static IEnumerable<string> Describe(object row, string prefix) =>
        from property in row.GetType().GetProperties()
        where property.PropertyType != typeof(FamilyGrant)
        select $"{prefix}{property.Name}: {Text(property.GetValue(row))}";

    private static string Text(object? value) => value switch
    {
        null => "-",
        Opaque256 opaque => Convert.ToHexStringLower(opaque.ToArray()),
        TokenTrail trail => Convert.ToHexStringLower(trail.ToArray()),
        DateTimeOffset time => time.UtcTicks.ToString(CultureInfo.InvariantCulture),
        DeviceInfo device => $"{device.IpAddress}|{device.UserAgent}|{device.Name}",
        IReadOnlyDictionary<string, string> map => string.Join(' ', map.Select(entry => $"{entry.Key}={entry.Value}")),
        IEnumerable<string> list => string.Join(' ', list),
        Enum number => Convert.ToInt32(number, CultureInfo.InvariantCulture).ToString(CultureInfo.InvariantCulture),
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };
}
