using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.BearerToken;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using RefreshTokenRotation.Identity.Tests.Support;
using RefreshTokenRotation.Storage;
using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.Identity.Tests;

/// <summary>Many users come back at once after the upgrade, over a store that breaks now and then. <c>IDENTITY_ADOPTIONS</c> sets how many (100,000 for the
/// full run).</summary>
[TestFixture, Category("Race")]
internal sealed class AdoptionLoadTests
{
    private const int Clients = 16;
    private const int FaultPercent = 5;

    private static int Tokens => int.TryParse(Environment.GetEnvironmentVariable("IDENTITY_ADOPTIONS"), out var tokens) ? tokens : 1000;

    [Test]
    public async Task Every_token_is_adopted_once_and_nobody_is_logged_out()
    {
        var random = new Random(1);
        var store = new InterceptingStore();
        var faults = 0;
        Task BreakSometimes(string call)
        {
            lock (random)
            {
                return random.Next(100) >= FaultPercent ? Task.CompletedTask : throw new IOException($"{call} broke, fault {++faults}.");
            }
        }

        await using var provider = Build(store);
        var tokens = provider.GetRequiredService<IRefreshTokenService>();
        var families = provider.GetRequiredService<ITokenFamilyManager>();
        var bearer = provider.GetRequiredService<IOptionsMonitor<BearerTokenOptions>>().Get(IdentityConstants.BearerScheme);
        (store.Before, store.After) = (BreakSometimes, BreakSometimes);
        var (next, forks, loggedOut) = (-1, 0, 0);
        await Task.WhenAll(Enumerable.Range(0, Clients).Select(_ => Task.Run(async () =>
        {
            for (var number = Interlocked.Increment(ref next); number < Tokens; number = Interlocked.Increment(ref next))
            {
                var old = Protect(bearer, number);

                // Two tabs at once, and each tries again after an outage.
                var answers = await Task.WhenAll(PresentAsync(tokens, old), PresentAsync(tokens, old));
                var later = await PresentAsync(tokens, answers[0]?.Reveal() ?? old);
                Interlocked.Add(ref forks, answers[0] == answers[1] ? 0 : 1);
                Interlocked.Add(ref loggedOut, answers.Append(later).Count(answer => answer is null));
            }
        })));

        (store.Before, store.After) = (null, null);
        var count = await families.RevokeAsync(TokenFamilyFilter.ForTenant(string.Empty));
        TestContext.Out.WriteLine($"{Tokens} tokens, {Clients} clients, {faults} faults: {count} families, {forks} forks, {loggedOut} logged out.");
        (forks, loggedOut, count).Should().Be((0, 0, Tokens));
        faults.Should().BePositive();
    }

    private static ServiceProvider Build(ITokenStore store)
    {
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddSingleton<TimeProvider>(new FakeTime());
        services.AddSingleton<IDataProtectionProvider>(new EphemeralDataProtectionProvider());
        services.AddSingleton(store);
        services.AddIdentityApiEndpoints<TestUser>().AddRefreshTokenRotation(options => options.DefaultPolicy = RotationPolicy.Spa);
        return services.BuildServiceProvider();
    }

    /// <summary>A token as Identity itself issued it.</summary>
    private static string Protect(BearerTokenOptions bearer, int number)
    {
        var user = new ClaimsPrincipal(new ClaimsIdentity([new Claim(ClaimTypes.NameIdentifier, $"user {number}")], IdentityConstants.BearerScheme));
        var properties = new AuthenticationProperties { ExpiresUtc = FakeTime.Start + TimeSpan.FromDays(1) };
        return bearer.RefreshTokenProtector.Protect(new AuthenticationTicket(user, properties, "Identity.Bearer:RefreshToken"));
    }

    /// <summary>The successor; null if the user is logged out.</summary>
    private static async Task<RefreshToken?> PresentAsync(IRefreshTokenService tokens, string token)
    {
        for (var attempt = 0; attempt < 1000; attempt++)
        {
            try
            {
                var result = await tokens.ExchangeAsync(new ExchangeRequest { RefreshToken = token, ClientId = "identity" });
                return (result as ExchangeResult.Succeeded)?.RefreshToken;
            }
            catch (RefreshTokenUnavailableException)
            {
                // The client tries again with the same token.
            }
        }

        throw new InvalidOperationException("The store never recovers.");
    }
}
