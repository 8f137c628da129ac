using System.Text.Json;
using Microsoft.Playwright;

namespace RefreshTokenRotation.TestSupport.Browser;

/// <summary>What axe-core has to say about a page.</summary>
internal static class Axe
{
    private static readonly Lazy<Task<string>> Script = new(static async () =>
        await File.ReadAllTextAsync(Path.Combine(await NpmPackages.InstalledAsync(), "axe-core", "axe.min.js")));

    public static async Task ShouldFindNothingAsync(IPage tab) => (await ViolationsAsync(tab)).Should().BeEmpty();

    public static async Task<IReadOnlyList<string>> ViolationsAsync(IPage tab)
    {
        // Evaluated by the debugger, which no content security policy stops.
        await tab.EvaluateAsync($"() => {{ {await Script.Value} }}");
        var result = await tab.EvaluateAsync<JsonElement>("async () => (await axe.run()).violations");
        return [.. result.EnumerateArray().Select(violation =>
            $"{violation.GetProperty("id").GetString()}: {string.Join(", ", violation.GetProperty("nodes").EnumerateArray().Select(node => node.GetProperty("html").GetString()))}")];
    }
}
