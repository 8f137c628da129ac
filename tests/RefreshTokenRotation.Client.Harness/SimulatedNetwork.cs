using System.Net;
using System.Text;

namespace RefreshTokenRotation.Client.Harness;

/// <summary>Carries token requests, and loses, delays, repeats and cuts some, with outages between. Knows which log-outs no client could have avoided.</summary>
internal sealed class SimulatedNetwork(SteppedTime time, Random random, TimeSpan leeway, TimeSpan recovery, NetworkRun.Result result) : HttpMessageHandler
{
    public const string Avoidable = "AVOIDABLE";

    private readonly HttpMessageInvoker _server = new(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false });
    private readonly List<(DateTimeOffset Due, Uri Address, byte[] Body)> _late = [];
    private DateTimeOffset _outageBegins = time.GetUtcNow() + TimeSpan.FromHours(random.NextDouble() * 8);
    private DateTimeOffset _outageEnds;
    private DateTimeOffset? _lostAt;
    private bool _wasOutSince;
    private int _hitSince;
    private bool _lateArrived;

    /// <summary>Lets time pass, and delivers what the network held back at its own instant, without anybody to take the answer.</summary>
    public async Task PassAsync(TimeSpan duration)
    {
        for (var end = time.GetUtcNow() + duration; ;)
        {
            var next = _late.OrderBy(static late => late.Due).FirstOrDefault();
            var isNext = next.Address is not null && next.Due <= end;
            var until = isNext ? next.Due : end;
            if (until > time.GetUtcNow())
            {
                time.Advance(until - time.GetUtcNow());
            }

            if (!isNext)
            {
                return;
            }

            _late.Remove(next);
            _lateArrived = true;
            using var answer = await ForwardAsync(next.Address!, next.Body);
        }
    }

    /// <summary>What ended the session, seen from above.</summary>
    public string CauseOfLogOut()
    {
        if (_lateArrived)
        {
            return "an old request arrived late";
        }

        var window = recovery > leeway ? recovery : leeway;
        return _lostAt switch
        {
            { } lost when time.GetUtcNow() - lost < leeway => Avoidable,
            not null when _wasOutSince => $"the answer was lost and the network stayed away for the {(window == leeway ? "leeway" : "recovery window")}",
            not null when _hitSince >= 2 => "every attempt within the leeway was hit",
            _ => Avoidable,
        };
    }

    /// <summary>A new log-in: what went before concerns nobody.</summary>
    public void Forget()
    {
        _late.Clear();
        Reset();
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        result.Requests++;
        await PassAsync(TimeSpan.Zero);
        var (address, body) = (request.RequestUri!, await request.Content!.ReadAsByteArrayAsync(cancellationToken));
        if (IsOut())
        {
            Count("outage");
            return random.Next(2) == 0 ? throw new HttpRequestException(HttpRequestError.ConnectionError) : await VanishAsync(cancellationToken);
        }

        var fault = random.Next(200);
        if (fault >= 40)
        {
            return Deliver(await ForwardAsync(address, body));
        }

        _hitSince++;
        switch (fault)
        {
            case < 4:
                Count("connection refused");
                throw new HttpRequestException(HttpRequestError.ConnectionError);
            case < 9:
                Count("request lost");
                return await VanishAsync(cancellationToken);
            case < 17:
                Count("answer lost");
                await LoseAnswerAsync(address, body);
                throw new HttpRequestException(HttpRequestError.ResponseEnded);
            case < 21:
                Count("answer cut");
                await LoseAnswerAsync(address, body);
                return Answer(HttpStatusCode.OK, """{"access_token":"at-""", "application/json");
            case < 27:
                Count("answer slow");
                var slow = await ForwardAsync(address, body);
                var rotatedAt = time.GetUtcNow();
                for (var left = random.NextDouble() * 12; left > 0 && !cancellationToken.IsCancellationRequested; left--)
                {
                    await PassAsync(TimeSpan.FromSeconds(Math.Min(left, 1)));
                }

                if (cancellationToken.IsCancellationRequested)
                {
                    NoteLoss(slow, rotatedAt);
                    slow.Dispose();
                    throw new OperationCanceledException(cancellationToken);
                }

                return Deliver(slow);
            case < 29:
                Count("request late");
                Delay(address, body);
                return await VanishAsync(cancellationToken);
            case < 33:
                Count("request repeated");
                var first = await ForwardAsync(address, body);
                Delay(address, body);
                return Deliver(first);
            case < 36:
                Count("503");
                return Answer(HttpStatusCode.ServiceUnavailable, string.Empty, "text/plain");
            case < 38:
                Count("429");
                var busy = Answer(HttpStatusCode.TooManyRequests, string.Empty, "text/plain");
                busy.Headers.RetryAfter = new(TimeSpan.FromSeconds(random.Next(1, 120)));
                return busy;
            default:
                Count("portal");
                return Answer(HttpStatusCode.OK, "<html>Welcome</html>", "text/html");
        }
    }

    protected override void Dispose(bool disposing)
    {
        _server.Dispose();
        base.Dispose(disposing);
    }

    private bool IsOut()
    {
        while (time.GetUtcNow() >= _outageBegins)
        {
            if (_outageEnds < _outageBegins)
            {
                _outageEnds = _outageBegins + TimeSpan.FromSeconds(Math.Pow(10, random.NextDouble() * 4.5)); // a second to nine hours
            }

            if (time.GetUtcNow() < _outageEnds)
            {
                break;
            }

            _outageBegins = _outageEnds + TimeSpan.FromHours(random.NextDouble() * 8);
        }

        var isOut = time.GetUtcNow() >= _outageBegins && time.GetUtcNow() < _outageEnds;
        if (isOut)
        {
            _wasOutSince |= _lostAt is not null;
        }

        return isOut;
    }

    private async Task<HttpResponseMessage> VanishAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            await PassAsync(TimeSpan.FromSeconds(1));
        }

        throw new OperationCanceledException(cancellationToken);
    }

    // Most copies come soon, some long after.
    private void Delay(Uri address, byte[] body) =>
        _late.Add((time.GetUtcNow() + TimeSpan.FromSeconds(random.Next(10) < 9 ? random.NextDouble() * 5 : random.NextDouble() * 120), address, body));

    private async Task LoseAnswerAsync(Uri address, byte[] body)
    {
        using var answer = await ForwardAsync(address, body);
        NoteLoss(answer, time.GetUtcNow());
    }

    private void NoteLoss(HttpResponseMessage answer, DateTimeOffset rotatedAt)
    {
        if (_lostAt is null && answer.IsSuccessStatusCode)
        {
            (_lostAt, _wasOutSince, _hitSince) = (rotatedAt, false, 1);
        }
    }

    private HttpResponseMessage Deliver(HttpResponseMessage answer)
    {
        if (answer.IsSuccessStatusCode)
        {
            Reset();
        }

        return answer;
    }

    private void Reset() => (_lostAt, _wasOutSince, _hitSince, _lateArrived) = (null, false, 0, false);

    private async Task<HttpResponseMessage> ForwardAsync(Uri address, byte[] body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, address) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new("application/x-www-form-urlencoded");
        return await _server.SendAsync(request, CancellationToken.None);
    }

    private void Count(string fault) => result.Faults[fault] = result.Faults.GetValueOrDefault(fault) + 1;

    private static HttpResponseMessage Answer(HttpStatusCode status, string body, string type) => new(status) { Content = new StringContent(body, Encoding.UTF8, type) };
}
