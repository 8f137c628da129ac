namespace RefreshTokenRotation.Simulation.EndToEnd;

/// <summary>What users do all day. Nobody waits for what a process does: it may be killed.</summary>
internal static class Lives
{
    public static void Start(Person person)
    {
        var (least, most, name) = person.World.Scenario.App switch
        {
            App.Browser => (1, 3, "tab"),
            App.Phone => (1, 1, "phone"),
            App.Server => (2, 2, "process"),
            _ => (3, 5, "agent"),
        };
        var count = least + person.Dice.Next(most - least + 1);
        for (var index = 0; index < count; index++)
        {
            person.Holders.Add(Holder.Create(person, most == 1 ? name : $"{name} {index + 1}", index));
        }

        person.World.Agenda.Start(person.World.Scenario.App switch
        {
            App.Browser => () => BrowseAsync(person),
            App.Phone => () => CarryAsync(person),
            App.Server => () => ServeAsync(person),
            _ => () => WorkAsync(person),
        });
    }

    /// <summary>Eight to twelve hours a day: the tabs wake together every few minutes to hours. The night is long.</summary>
    private static async Task BrowseAsync(Person person)
    {
        var (agenda, dice) = (person.World.Agenda, person.Dice);
        await agenda.PassAsync(dice.Minutes(0, 600));
        while (true)
        {
            for (var end = agenda.Now + dice.Minutes(480, 720); agenda.Now < end;)
            {
                foreach (var tab in person.Holders)
                {
                    Soon(person, dice.Seconds(0, 1.5), tab.Use);
                    if (dice.Happens(0.003))
                    {
                        Soon(person, dice.Seconds(0, 2), tab.Kill); // closed and opened again
                    }
                }

                await agenda.PassAsync(dice.Magnitude(300, 7200));
                await LoseNetworkAsync(person, 0.01);
            }

            await agenda.PassAsync(dice.Minutes(720, 960));
        }
    }

    /// <summary>Glances from minutes to hours apart, through tunnels and lifts. The system kills the app when it is out of sight.</summary>
    private static async Task CarryAsync(Person person)
    {
        var (agenda, dice) = (person.World.Agenda, person.Dice);
        await agenda.PassAsync(dice.Minutes(0, 600));
        while (true)
        {
            person.Holders[0].Use();
            if (dice.Happens(0.05))
            {
                Soon(person, dice.Magnitude(0.2, 60), person.Holders[0].Kill);
            }

            await LoseNetworkAsync(person, 0.04);
            await agenda.PassAsync(dice.Happens(0.1) ? dice.Minutes(360, 600) : dice.Magnitude(60, 10800));
        }
    }

    /// <summary>The user's clicks reach two processes, some of them in parallel. A deployment a week replaces the processes.</summary>
    private static async Task ServeAsync(Person person)
    {
        var (agenda, dice) = (person.World.Agenda, person.Dice);
        await agenda.PassAsync(dice.Minutes(0, 600));
        while (true)
        {
            for (var end = agenda.Now + dice.Minutes(240, 600); agenda.Now < end;)
            {
                for (var request = dice.Next(4); request >= 0; request--)
                {
                    Soon(person, dice.Seconds(0, 0.3), person.Holders[dice.Next(person.Holders.Count)].Use);
                }

                if (dice.Happens(0.003))
                {
                    Soon(person, dice.Seconds(0, 1), person.Holders[dice.Next(person.Holders.Count)].Kill);
                }

                await agenda.PassAsync(dice.Magnitude(60, 7200));
            }

            await agenda.PassAsync(dice.Minutes(600, 1200));
        }
    }

    /// <summary>Processes that call tools for ten hours a day, on a machine that sleeps at night. Each starts anew now and then.</summary>
    private static async Task WorkAsync(Person person)
    {
        var (agenda, dice) = (person.World.Agenda, person.Dice);
        await agenda.PassAsync(dice.Minutes(0, 600));
        while (true)
        {
            var end = agenda.Now + dice.Minutes(480, 720);
            while (agenda.Now < end)
            {
                var agent = person.Holders[dice.Next(person.Holders.Count)];
                agent.Use();
                if (dice.Happens(0.01))
                {
                    Soon(person, dice.Seconds(0, 2), agent.Kill);
                }

                await agenda.PassAsync(dice.Magnitude(60, 1200));
                await LoseNetworkAsync(person, 0.002);
            }

            await agenda.PassAsync(dice.Minutes(600, 900));
            foreach (var agent in person.Holders.Where(_ => dice.Happens(0.5)))
            {
                agent.Kill(); // closed in the evening
            }
        }
    }

    /// <summary>The network may go away, for half a minute to an hour; the app notices when it is used.</summary>
    private static async Task LoseNetworkAsync(Person person, double probability)
    {
        if (person.Dice.Happens(probability))
        {
            var rest = person.Dice.Magnitude(30, 3600);
            person.IsOffline = true;
            Soon(person, person.Dice.Seconds(0, 20), person.Holders[0].Use);
            await person.World.Agenda.PassAsync(rest);
            person.IsOffline = false;
        }
    }

    private static void Soon(Person person, TimeSpan wait, Action step) => person.World.Agenda.After(wait, step);
}
