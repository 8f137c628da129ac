using System.Globalization;

namespace RefreshTokenRotation.Simulation.EndToEnd;

/// <summary>Says what happened in the words of the sample's lab.</summary>
internal static class Words
{
    public static void OfAnswer(Journal journal, Ledger ledger, Call call, Reply reply, Server server)
    {
        var family = ledger.FamilyOf(call.Token) ?? ledger.FamilyOf(reply.RefreshToken);
        var (title, words) = Of(ledger, family, call, reply);
        journal.Write(call.User, family?.Id, call.Who, title, $"{words} (server {server.Number})");
    }

    public static string Span(TimeSpan time) => time switch
    {
        { TotalSeconds: < 100 } => string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.#} s"),
        { TotalMinutes: < 100 } => string.Create(CultureInfo.InvariantCulture, $"{time.TotalMinutes:0.#} min"),
        { TotalHours: < 48 } => string.Create(CultureInfo.InvariantCulture, $"{time.TotalHours:0.#} h"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{time.TotalDays:0.#} d"),
    };

    private static (string Title, string Words) Of(Ledger ledger, FamilyAccount? family, Call call, Reply reply)
    {
        var presented = $"used generation {call.Presented}";
        var ago = family is not null && call.Presented is { } generation && family.ReplacedAt(generation) is { } at && at < call.BeganAt
            ? $", {Span(call.BeganAt - at)} after it was rotated"
            : string.Empty;
        return (reply.Status, call.Told) switch
        {
            (200, _) when call.Path == Server.RevocationPath => ("Logged out", "revoked the family."),
            (200, _) when call.Token is null => ("Logged in", "gets generation 0 of a new family."),
            (200, RefreshTokenEvent.Exchanged { Outcome: ExchangeOutcome.Used }) => ("Used", $"{presented} and gets the same token back: it does not rotate."),
            (200, RefreshTokenEvent.Exchanged { Outcome: ExchangeOutcome.Reissued }) => ("Same successor", $"{presented}{ago}: within the leeway, so generation {ledger.GenerationOf(reply.RefreshToken)} again."),
            (200, RefreshTokenEvent.Exchanged { Outcome: ExchangeOutcome.Recovered }) => ("Recovered", $"{presented}{ago}: a new generation {ledger.GenerationOf(reply.RefreshToken)} displaces the lost one."),
            (200, _) => ("Rotated", $"{presented}, the current one, and gets {ledger.GenerationOf(reply.RefreshToken)}. The old one is used up."),
            (400, RefreshTokenEvent.ReuseDetected) => ("Reuse detected", $"{presented}{ago}. Whole family revoked; everybody must log in again."),
            (400, RefreshTokenEvent.Rejected rejected) => ("Refused", $"{presented}{ago}: {Why(rejected)}."),
            _ => ("Unavailable", $"{presented}: the server answers {reply.Status}. Nothing is known of the token's fate."),
        };
    }

    private static string Why(RefreshTokenEvent.Rejected rejected) => rejected.Reason switch
    {
        RejectionReason.Revoked => "the family was revoked",
        RejectionReason.Expired => "its lifetime is over",
        var reason => reason.ToCode(),
    };
}
