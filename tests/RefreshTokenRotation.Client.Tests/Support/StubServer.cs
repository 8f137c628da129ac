using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Text;

namespace RefreshTokenRotation.Client.Tests.Support;

/// <summary>A token endpoint in the process: answers <c>rt-2</c> and <c>at-2</c> to <c>rt-1</c> and so on, or what a test says.</summary>
internal sealed class StubServer : HttpMessageHandler
{
    private int _number = 1;

    /// <summary>The forms that arrived, oldest first.</summary>
    public ConcurrentQueue<IReadOnlyDictionary<string, string>> Requests { get; } = [];

    /// <summary>Answers instead of the server for as long as there are any; null answers as usual.</summary>
    public ConcurrentQueue<Func<CancellationToken, Task<HttpResponseMessage?>>> Script { get; } = [];

    /// <summary>Runs before each answer.</summary>
    public Func<Task>? Before { get; set; }

    public TimeSpan Lifetime { get; set; } = TimeSpan.FromMinutes(10);

    public IEnumerable<string> Presented => Requests.Select(static form => form.GetValueOrDefault("refresh_token", string.Empty));

    public static HttpResponseMessage Text(HttpStatusCode status, string body, string type = "application/json") =>
        new(status) { Content = new StringContent(body, Encoding.UTF8, type) };

    public static HttpResponseMessage Error(HttpStatusCode status, string error, string? description = null) =>
        Text(status, description is null ? $$"""{"error":"{{error}}"}""" : $$"""{"error":"{{error}}","error_description":"{{description}}"}""");

    public void Then(HttpResponseMessage answer) => Script.Enqueue(_ => Task.FromResult<HttpResponseMessage?>(answer));

    public void Then(Exception error) => Script.Enqueue(_ => Task.FromException<HttpResponseMessage?>(error));

    public void ThenAsUsual() => Script.Enqueue(static _ => Task.FromResult<HttpResponseMessage?>(null));

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var form = (await request.Content!.ReadAsStringAsync(cancellationToken)).Split('&').Select(static pair => pair.Split('='))
            .ToDictionary(static pair => Uri.UnescapeDataString(pair[0]), static pair => Uri.UnescapeDataString(pair[1].Replace('+', ' ')));
        Requests.Enqueue(form);
        if (Before is { } before)
        {
            await before();
        }

        if (Script.TryDequeue(out var answer) && await answer(cancellationToken) is { } scripted)
        {
            return scripted;
        }

        var number = Interlocked.Increment(ref _number);
        var target = $"{form.GetValueOrDefault("scope")}|{form.GetValueOrDefault("resource")}".Trim('|');
        return Text(HttpStatusCode.OK, string.Create(
            CultureInfo.InvariantCulture,
            $$"""{"access_token":"at-{{number}}","token_type":"Bearer","expires_in":{{Lifetime.TotalSeconds}},"refresh_token":"rt-{{number}}","scope":"{{target}}","new_member":[1]}"""));
    }
}
