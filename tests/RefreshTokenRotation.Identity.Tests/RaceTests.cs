using RefreshTokenRotation.Identity.Tests.Support;
using RefreshTokenRotation.Storage;

namespace RefreshTokenRotation.Identity.Tests;

/// <summary>One token presented by several callers at once. The full run: <c>IDENTITY_RACES=10000 dotnet test tests/RefreshTokenRotation.Identity.Tests -c Release
/// --filter "TestCategory=Race" --logger "console;verbosity=detailed"</c>.</summary>
[TestFixture, Category("Race")]
internal sealed class RaceTests
{
    [Test]
    public async Task Token_presented_at_once_never_forks([Values] bool isInMemory)
    {
        await using var host = await Host.StartAsync(use: isInMemory ? rotation => rotation.UseTokenStore<InMemoryTokenStore>() : null);
        await Races.RunAsync(host);
    }
}
