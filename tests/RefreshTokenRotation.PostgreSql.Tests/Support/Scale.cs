namespace RefreshTokenRotation.PostgreSql.Tests.Support;

/// <summary>Whether the tests of size and plans take the numbers of a large host.</summary>
internal static class Scale
{
    public static bool IsLarge { get; } = Environment.GetEnvironmentVariable("REFRESH_TOKEN_ROTATION_LARGE") == "1";
}
