using System.Net;
using System.Text;

namespace RefreshTokenRotation.Simulation.EndToEnd;

/// <summary>How good a network is.</summary>
/// <param name="Loss">Of requests and responses, which are lost.</param>
/// <param name="Copy">Of requests, which arrive a second time.</param>
/// <param name="Least">The shortest way, in seconds.</param>
/// <param name="Most">The longest way, but for one in 500 that takes up to a hundred times as long.</param>
internal sealed record Quality(double Loss, double Copy, double Least, double Most)
{
    public static Quality Of(App app) => app switch
    {
        App.Phone => new(0.01, 0.0005, 0.03, 0.3),
        App.Server => new(0.0003, 0.00002, 0.001, 0.01),
        _ => new(0.003, 0.0001, 0.01, 0.1),
    };
}

/// <summary>The network between a process and the authorization server. Requests overtake each other, get lost, arrive twice; so do responses.</summary>
internal sealed class Link(Machine machine, Person person, string who, Quality quality, Dice dice, bool isWatched = true) : HttpMessageHandler
{
    private static readonly TimeSpan SlowWay = TimeSpan.FromSeconds(1);

    private SystemWorld World => person.World;

    /// <summary>The response; it never comes if it is lost, and the caller gives up.</summary>
    public async Task<Reply> SendAsync(string path, byte[] body, string? token, CancellationToken cancellationToken)
    {
        var call = new Call(0, person.Number, who, path, body, new Dice(dice.Next())) { Token = token };
        var answer = new TaskCompletionSource<Reply>();
        await using var registration = cancellationToken.Register(static waiting => ((TaskCompletionSource<Reply>)waiting!).TrySetCanceled(), answer);
        World.Journal.Note(Happening.Sent, person.Number, World.Ledger.GenerationOf(token) ?? -1);
        if (isWatched)
        {
            person.Sent(token);
        }

        Carry(call, answer);
        return await answer.Task;
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var body = await request.Content!.ReadAsByteArrayAsync(cancellationToken);
        var reply = await SendAsync(request.RequestUri!.AbsolutePath, body, TokenIn(body), cancellationToken);
        if (reply.Status <= 0)
        {
            throw new HttpRequestException(reply.Status == 0 ? HttpRequestError.ResponseEnded : HttpRequestError.ConnectionError);
        }

        var response = new HttpResponseMessage((HttpStatusCode)reply.Status) { Content = new ByteArrayContent(reply.Body) };
        response.Content.Headers.ContentType = new("application/json");
        return response;
    }

    private void Carry(Call call, TaskCompletionSource<Reply> answer)
    {
        // All dice are thrown, whatever the troubles are: taking one away changes nothing else.
        var (fate, isQuick, isCopied, copiedAfter) = (dice.NextDouble(), dice.Happens(0.5), dice.Happens(quality.Copy), dice.Magnitude(1, 120));
        var (there, back) = (Way(), Way());
        if (!World.Scenario.Has(Troubles.Losses))
        {
            fate = 1;
        }
        else if (person.IsOffline && isWatched)
        {
            Lose(isQuick ? Reply.NobodyThere : null, "Network away", "the request does not leave the device.");
            return;
        }

        if (fate < quality.Loss / 2)
        {
            Lose(isQuick ? Reply.NobodyThere : null, "Request lost", "the server never saw it.");
            return;
        }

        machine.Agenda.After(there, () => World.Cluster.Deliver(call, reply =>
        {
            if (fate < quality.Loss)
            {
                Lose(isQuick ? Reply.Broken : null, "Response lost", "the server's answer never arrives.");
                return;
            }

            if (back >= SlowWay)
            {
                Tell("Slow network", $"the answer takes {Words.Span(back)}.");
            }

            machine.After(back, () => Receive(call, reply, answer));
        }));
        if (isCopied && World.Scenario.Has(Troubles.Copies))
        {
            machine.Agenda.After(there + copiedAfter, () =>
            {
                World.Journal.Note(Happening.Repeated, person.Number);
                Tell("Copy arrives", $"the network delivers the request again, {Words.Span(copiedAfter)} later. Nobody waits for the answer.");
                World.Cluster.Deliver(call, static _ => { });
            });
        }

        void Lose(Reply? seen, string title, string words)
        {
            World.Journal.Note(Happening.Lost, person.Number);
            Tell(title, $"{words} {(seen is null ? "The client waits until it gives up." : "The client sees a broken connection.")}");
            if (seen is not null)
            {
                machine.After(back, () => answer.TrySetResult(seen));
            }
        }
    }

    private void Receive(Call call, Reply reply, TaskCompletionSource<Reply> answer)
    {
        if (answer.Task.IsCompleted)
        {
            return; // it gave up
        }

        World.Journal.Note(Happening.Received, person.Number, reply.Status);
        if (isWatched)
        {
            person.Received(call, reply);
        }

        answer.TrySetResult(reply);
    }

    private TimeSpan Way() => dice.Happens(0.002) && World.Scenario.Has(Troubles.Losses) ? dice.Seconds(quality.Most, 100 * quality.Most) : dice.Seconds(quality.Least, quality.Most);

    private void Tell(string title, string words)
    {
        if (World.Journal.IsRead)
        {
            World.Journal.Write(person.Number, null, who, title, words);
        }
    }

    private static string? TokenIn(byte[] body)
    {
        var text = Encoding.ASCII.GetString(body);
        var start = text.IndexOf("&refresh_token=", StringComparison.Ordinal);
        if (start < 0)
        {
            return null;
        }

        start += "&refresh_token=".Length;
        var end = text.IndexOf('&', start);
        return end < 0 ? text[start..] : text[start..end];
    }
}
