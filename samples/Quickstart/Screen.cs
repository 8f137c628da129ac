using System.Globalization;
using RefreshTokenRotation;

namespace Quickstart;

/// <summary>Prints the story as aligned rows, in colour where that helps a reader at a terminal.</summary>
internal sealed class Screen(TextWriter output, TimeProvider time, bool isColoured)
{
    private const string Bold = "1";
    private const string Dim = "2";
    private const string Green = "32";
    private const string Yellow = "33";
    private const string Red = "31";

    // Behind the prefix, the first characters hold only the format and the generation.
    private const int SecretAt = 4 + 7;
    private const int ShownLength = 6;

    private int _chapter;

    /// <summary>Colour is for terminals, and for people who did not turn it off (https://no-color.org).</summary>
    public static bool WantsColour =>
        !Console.IsOutputRedirected
        && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"))
        && Environment.GetEnvironmentVariable("TERM") != "dumb";

    public void Title(string text, params string[] lines)
    {
        output.WriteLine(Paint(Bold, text));
        foreach (var line in lines)
        {
            output.WriteLine(Paint(Dim, line));
        }
    }

    public void Chapter(string title)
    {
        output.WriteLine();
        output.WriteLine(Paint(Bold, string.Create(CultureInfo.InvariantCulture, $"{++_chapter}. {title}")));
    }

    public void Note(string text) => output.WriteLine("   " + Paint(Dim, text));

    public void Issued(DeviceInfo device, IssueResult issued)
    {
        Row(device, Green, "issued", Shorten(issued.RefreshToken), $"generation {issued.Family.Generation}");
        foreach (var evicted in issued.Evicted)
        {
            Row(evicted.FirstDevice, Yellow, "evicted", string.Empty, $"{evicted.GetState(time.GetUtcNow())}".ToLowerInvariant());
        }
    }

    public void Exchanged(DeviceInfo device, ExchangeResult.Succeeded succeeded, bool isLost)
    {
        var detail = $"generation {succeeded.Family.Generation}{(isLost ? ", and the response is lost on the way" : string.Empty)}";
        Row(device, isLost ? Yellow : Green, succeeded.Outcome.ToCode(), Shorten(succeeded.RefreshToken), detail);
    }

    public void Rejected(DeviceInfo device, ExchangeResult.Rejected rejected, string answer) =>
        Row(device, Red, "rejected", rejected.Reason.ToCode(), $"the client gets {answer}");

    public void Unavailable(DeviceInfo device, string answer) =>
        Row(device, Red, "unavailable", string.Empty, $"the client gets {answer}");

    /// <summary>A question to the engine, or a comparison of two of its answers.</summary>
    public void Check(string question, string answer) => output.WriteLine($"   {Paint(Bold, "=")} {question}: {Paint(Bold, answer)}");

    public void Check(string question, bool answer) => Check(question, answer ? "yes" : "no");

    public void Sessions(IReadOnlyList<TokenFamilyInfo> families)
    {
        Note($"{"device",-9}{"client",-12}{"logged in",-14}{"last used",-14}{"kind",-10}{"generation",-12}state");
        foreach (var family in families)
        {
            var state = family.GetState(time.GetUtcNow());
            var words = $"{state}".ToLowerInvariant() + (family.RevocationReason is { } reason ? $" ({reason.ToCode()})" : string.Empty);
            var kind = family.RotationType == RotationType.Rotating ? "rotating" : "reusable";
            output.WriteLine(
                $"   {family.FirstDevice?.Name,-9}{family.ClientId,-12}{At(family.CreatedAt),-14}{At(family.LastUsedAt),-14}"
                + $"{kind,-10}{family.Generation,-12}"
                + Paint(state == FamilyState.Active ? Green : Red, words));
        }
    }

    public void Events(IReadOnlyList<RefreshTokenEvent> events)
    {
        foreach (var told in events)
        {
            var (name, client, detail) = EventLog.Describe(told);
            var colour = told.IsSecurityEvent ? Red : Dim;
            var mark = Paint(colour, told.IsSecurityEvent ? "!" : " ");
            output.WriteLine($" {mark} {At(told.OccurredAt)}  {Paint(colour, $"{name,-27}")}{client,-12}{detail}");
        }
    }

    private void Row(DeviceInfo? device, string colour, string what, string token, string detail) =>
        output.WriteLine($"   {At(time.GetUtcNow())}  {device?.Name,-9}{Paint(colour, $"{what,-27}")}{token,-17}{detail}");

    /// <summary>Enough of a token to tell two apart. Only a demonstration may do this.</summary>
    private static string Shorten(RefreshToken token) => $"rtr_…{token.Reveal().AsSpan(SecretAt, ShownLength)}…";

    private static string At(DateTimeOffset? instant) => instant?.ToString("ddd HH:mm:ss", CultureInfo.InvariantCulture) ?? "never";

    private string Paint(string colour, string text) => isColoured ? $"\e[{colour}m{text}\e[0m" : text;
}
