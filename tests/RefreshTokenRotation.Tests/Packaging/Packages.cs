using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.Tests.Packaging;

/// <summary>The core and its adapters, packed once for all tests of packages.</summary>
[SetUpFixture]
public sealed class Packages
{
    public const string Core = "RefreshTokenRotation";

    private static PackedLibrary? _library;

    public static IReadOnlyList<string> Adapters { get; } =
    [
        "RefreshTokenRotation.AspNetCore", "RefreshTokenRotation.Client", "RefreshTokenRotation.EntityFrameworkCore", "RefreshTokenRotation.Identity",
        "RefreshTokenRotation.Jwt", "RefreshTokenRotation.OpenIddict", "RefreshTokenRotation.PostgreSql", "RefreshTokenRotation.Redis",
        "RefreshTokenRotation.Sqlite",
    ];

    internal static PackedLibrary Library => _library ?? throw new InvalidOperationException("The packages have not been packed.");

    [OneTimeSetUp]
    public async Task PackAsync() => _library = await PackedLibrary.PackAsync([Core, .. Adapters]);

    [OneTimeTearDown]
    public void Dispose() => _library?.Dispose();
}
