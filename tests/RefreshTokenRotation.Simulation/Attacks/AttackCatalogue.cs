namespace RefreshTokenRotation.Simulation.Attacks;

/// <summary>The attacks. In each, the thief has copied the client's first token.</summary>
internal static class AttackCatalogue
{
    private static readonly TimeSpan Moment = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    public static IReadOnlyList<Attack> All { get; } =
    [
        new(
            "Fork",
            "Client and thief present the same token at the same moment. No second chain of tokens starts: with leeway both get the very "
            + "same successor, and go separate ways at the next rotation.",
            static lab =>
            {
                lab.ClientRefreshes();
                lab.ThiefPresents();
                TakeTurns(lab);
            }),
        new(
            "Tailgate",
            "The thief presents the token right after the client rotated it, and goes on with the token that it gets.",
            static lab =>
            {
                lab.ClientRefreshes();
                lab.Pass(Moment);
                lab.ThiefPresents();
                lab.ThiefPresents();
                TakeTurns(lab);
            }),
        new(
            "Ancestor",
            "The thief presents a token that is several generations old. The engine recognizes any token that a family ever issued, however old.",
            static lab =>
            {
                for (var refresh = 0; refresh < 4; refresh++)
                {
                    lab.ClientRefreshes();
                    lab.Pass(Hour);
                }

                lab.ThiefPresents();
            }),
        new(
            "Keep-alive",
            "The thief presents the same replaced token every few seconds, to stretch the window. The window starts at the rotation and "
            + "does not move.",
            static lab =>
            {
                var replaced = lab.ThiefHolds;
                lab.ClientRefreshes();
                for (var time = 0; time < 30; time++)
                {
                    lab.Pass(2 * Moment);
                    lab.ThiefPresents(replaced);
                }

                lab.ClientRefreshes();
                lab.Pass(Hour);
                lab.ThiefPresents(replaced);
            }),
        new(
            "Revival",
            "The user logs out right after a rotation, and the thief presents the replaced token inside the leeway. Leeway revives nothing.",
            static lab =>
            {
                lab.ClientRefreshes();
                lab.Revoke();
                lab.Pass(Moment);
                lab.ThiefPresents();
            }),
        new(
            "Forced revocation",
            "Another client finds an old token in a log, and presents it to end the session. The engine checks client and key before it writes "
            + "anything, so the session goes on.",
            static lab =>
            {
                lab.ClientRefreshes();
                lab.ClientRefreshes();
                lab.ThiefPresents(clientId: "another");
                lab.ClientRefreshes();
            }),
        new(
            "Shadowing",
            "The thief presents each replaced token within the leeway of the client's own refresh, again and again.",
            static lab =>
            {
                for (var refresh = 0; refresh < 10; refresh++)
                {
                    lab.ClientRefreshes();
                    lab.Pass(Moment);
                    lab.ThiefPresents();
                    lab.Pass(Hour);
                }
            },
            "a thief in step with the client looks like a second tab to the server. Every scheme with a leeway has this weakness. Each reissue is "
            + "reported as an event. Bind the family to a key, or set no leeway, to prevent it"),
        new(
            "Company",
            "The thief keeps the token that it receives and refreshes every twenty minutes, and so does the client.",
            static lab =>
            {
                for (var turn = 0; turn < 72; turn++)
                {
                    lab.ClientRefreshes();
                    lab.Pass(10 * Minute);
                    lab.ThiefPresents();
                    lab.Pass(10 * Minute);
                }
            },
            "a leeway over several generations is meant for processes that do just that, and the thief looks like one more of them for as long as the session lives. Only a "
            + "key tells them apart: bind the family to one, or keep its lifetime short"),
        new(
            "Inheritance",
            "The thief waits until the client is never used again, and goes on in its place.",
            static lab =>
            {
                for (var refresh = 0; refresh < 10; refresh++)
                {
                    lab.Pass(Hour);
                    lab.ThiefPresents();
                }
            },
            "nobody presents a token twice. The idle lifetime gives the thief less time to start, and the absolute lifetime ends the session. Bind "
            + "the family to a key to prevent it"),
    ];

    /// <summary>An hour apart, each with what it received last.</summary>
    private static void TakeTurns(AttackLab lab)
    {
        for (var turn = 0; turn < 3; turn++)
        {
            lab.Pass(Hour);
            lab.ClientRefreshes();
            lab.Pass(Hour);
            lab.ThiefPresents();
        }
    }
}
