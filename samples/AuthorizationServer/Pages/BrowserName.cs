namespace AuthorizationServer.Pages;

/// <summary>A short name for what a <c>User-Agent</c> header says: "Firefox on Linux". It is what the client claims, so it is for users to
/// recognize their devices by, and for nothing else.</summary>
internal static class BrowserName
{
    private const int Bound = 60;

    // Each names itself after those that it wants to be taken for: the first mark that is found decides.
    private static readonly (string Mark, string Name)[] Browsers =
    [
        ("Edg", "Edge"), ("OPR/", "Opera"), ("SamsungBrowser/", "Samsung Internet"), ("Firefox/", "Firefox"), ("FxiOS/", "Firefox"),
        ("HeadlessChrome/", "Chrome"), ("CriOS/", "Chrome"), ("Chrome/", "Chrome"), ("Version/", "Safari"), ("curl/", "curl"),
    ];

    private static readonly (string Mark, string Name)[] Systems =
    [
        ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"), ("Mac OS X", "macOS"), ("CrOS", "ChromeOS"), ("Linux", "Linux"),
    ];

    public static string Of(string? userAgent)
    {
        if (string.IsNullOrWhiteSpace(userAgent))
        {
            return "Unknown browser";
        }

        var system = Find(Systems, userAgent);
        return Find(Browsers, userAgent) is { } browser ? (system is null ? browser : $"{browser} on {system}") : Cut(userAgent);
    }

    private static string? Find((string Mark, string Name)[] marks, string userAgent) =>
        Array.Find(marks, mark => userAgent.Contains(mark.Mark, StringComparison.Ordinal)).Name;

    /// <summary>An app or a tool says what it is at the beginning.</summary>
    private static string Cut(string userAgent) => userAgent.Length <= Bound ? userAgent : $"{userAgent[..(Bound - 1)].TrimEnd()}…";
}
