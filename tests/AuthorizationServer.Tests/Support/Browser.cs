using System.Net;
using Microsoft.AspNetCore.WebUtilities;

namespace AuthorizationServer.Tests.Support;

/// <summary>A user at a browser, as far as HTTP goes: keeps cookies, fills forms, follows redirections that stay on the server.</summary>
internal sealed class Browser : IDisposable
{
    private readonly HttpClient _http;

    public Browser(string origin, string userAgent = "Test/1.0")
    {
        Origin = new Uri(origin);
        Cookies = new CookieContainer();
        _http = new HttpClient(new SocketsHttpHandler { CookieContainer = Cookies, AllowAutoRedirect = false }) { BaseAddress = Origin };
        _http.DefaultRequestHeaders.TryAddWithoutValidation("User-Agent", userAgent);
    }

    public Uri Origin { get; }

    public CookieContainer Cookies { get; }

    public string? Cookie(string name) => Cookies.GetCookies(Origin)[name]?.Value;

    /// <param name="address">Where to.</param>
    /// <param name="referrer">The origin of the page that leads there, if any.</param>
    public async Task<Reply> GetAsync(string address, string? referrer = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(address, UriKind.RelativeOrAbsolute));
        request.Headers.Referrer = referrer is null ? null : new Uri(referrer);
        using var response = await _http.SendAsync(request);
        return await Reply.ReadAsync(response);
    }

    public async Task<Reply> PostAsync(string address, IEnumerable<KeyValuePair<string, string>> fields)
    {
        using var form = new FormUrlEncodedContent(fields);
        using var response = await _http.PostAsync(new Uri(address, UriKind.RelativeOrAbsolute), form);
        return await Reply.ReadAsync(response);
    }

    /// <summary>Fills the form of a page and sends it.</summary>
    public async Task<Reply> SubmitAsync(Reply page, params (string Name, string Value)[] typed)
    {
        var form = page.Form;
        var fields = new Dictionary<string, string>(form.Fields, StringComparer.Ordinal);
        foreach (var (name, value) in typed)
        {
            fields[name] = value;
        }

        return form.Method == HttpMethod.Post
            ? await PostAsync(form.Action, fields)
            : await GetAsync(QueryHelpers.AddQueryString(form.Action, fields!));
    }

    /// <summary>Goes on where the server says, as long as it is on the server and no callback of a client.</summary>
    public async Task<Reply> FollowAsync(Reply reply)
    {
        while (reply.Location is { IsAbsoluteUri: false } next)
        {
            reply = await GetAsync(next.OriginalString);
        }

        return reply;
    }

    public async Task<Reply> LogInAsync(Reply page, string user = "alice", string password = "pw") =>
        await FollowAsync(await SubmitAsync(page, ("username", user), ("password", password)));

    public async Task LogInAsync(string user = "alice") => await LogInAsync(await GetAsync("/login"), user);

    public Task<Reply> AuthorizeAsync(CodeRequest request, string user = "alice") => AuthorizeAsync(new Uri(request.Address, UriKind.Relative), user);

    /// <summary>Goes through the whole of a code flow, by whatever page comes.</summary>
    public async Task<Reply> AuthorizeAsync(Uri address, string user = "alice")
    {
        var reply = await FollowAsync(await GetAsync(address.OriginalString));
        if (reply.AsksForPassword)
        {
            reply = await LogInAsync(reply, user);
        }

        return reply.AsksForConsent ? await FollowAsync(await SubmitAsync(reply, ("decision", "allow"))) : reply;
    }

    public void Dispose() => _http.Dispose();
}
