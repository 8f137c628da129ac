using System.Net.Http.Headers;
using RefreshTokenRotation.AspNetCore.Tests.Support;

namespace RefreshTokenRotation.AspNetCore.Tests;

/// <summary>Requests that are refused for their form. Nothing is consumed by any of them.</summary>
public sealed class BadInputTests
{
    private const string Refresh = "grant_type=refresh_token&client_id=spa&refresh_token={token}";
    private const string ByBasic = "grant_type=refresh_token&refresh_token={token}";

    private TestHost _host = null!;

    private static IEnumerable<TestCaseData> Rows()
    {
        yield return Row("Get", 405, "invalid_request", Refresh, request => (request.Method, request.Content) = (HttpMethod.Get, null));
        yield return Row("Put", 405, "invalid_request", Refresh, request => request.Method = HttpMethod.Put);
        yield return Row("Options_without_preflight", 405, "invalid_request", Refresh, request => request.Method = HttpMethod.Options);
        yield return Row("Json_not_allowed", 400, "invalid_request", """{"grant_type":"refresh_token"}""", ContentType("application/json"));
        yield return Row("No_content_type", 400, "invalid_request", Refresh, ContentType(null));
        yield return Row("No_body", 400, "invalid_request", string.Empty, request => request.Content = null);
        yield return Row("Malformed_content_type", 400, "invalid_request", Refresh, ContentType("form;;=;"));
        yield return Row("Multipart", 400, "invalid_request", Refresh, ContentType("multipart/form-data; boundary=x"));
        yield return Row("Utf16", 400, "invalid_request", Refresh, ContentType("application/x-www-form-urlencoded; charset=utf-16"));
        yield return Row("Latin1", 400, "invalid_request", Refresh + "&x=ü", ContentType("application/x-www-form-urlencoded; charset=\"iso-8859-1\""));
        yield return Row("Body_over_the_limit", 413, "invalid_request", Refresh + "&x=" + new string('x', 32 * 1024));
        yield return Row("Body_over_the_limit_in_chunks", 413, "invalid_request", Refresh + "&x=" + new string('x', 32 * 1024), InChunks);
        yield return Row("Gzip", 415, "invalid_request", Refresh, request => request.Content!.Headers.ContentEncoding.Add("gzip"));
        yield return Row("Two_encodings", 415, "invalid_request", Refresh, request => Array.ForEach(["identity", "br"], request.Content!.Headers.ContentEncoding.Add));
        yield return Row("Too_many_parameters", 400, "invalid_request", Refresh + string.Concat(Enumerable.Repeat("&x=1", 1000)));

        yield return Row("Grant_type_missing", 400, "invalid_request", "client_id=spa&refresh_token={token}");
        yield return Row("Grant_type_empty", 400, "invalid_request", "grant_type=&client_id=spa&refresh_token={token}");
        yield return Row("Grant_type_in_other_case", 400, "invalid_request", "Grant_Type=refresh_token&client_id=spa&refresh_token={token}");
        yield return Row("Grant_unknown", 400, "unsupported_grant_type", "grant_type=magic&client_id=spa&refresh_token={token}");
        yield return Row("Grant_value_in_other_case", 400, "unsupported_grant_type", "grant_type=Refresh_Token&client_id=spa&refresh_token={token}");
        yield return Row("Grant_not_allowed", 400, "unauthorized_client", "grant_type=refresh_token&client_id=no-refresh&refresh_token={token}");

        yield return Row("Token_missing", 400, "invalid_request", "grant_type=refresh_token&client_id=spa");
        yield return Row("Token_empty", 400, "invalid_request", "grant_type=refresh_token&client_id=spa&refresh_token=");
        yield return Row("Token_in_other_case", 400, "invalid_request", "grant_type=refresh_token&client_id=spa&REFRESH_TOKEN={token}");
        yield return Row("Token_twice", 400, "invalid_request", Refresh + "&refresh_token={token}");
        yield return Row("Token_and_another", 400, "invalid_request", Refresh + "&refresh_token=x");
        yield return Row("Client_twice", 400, "invalid_request", Refresh + "&client_id=spa");
        yield return Row("Scope_twice", 400, "invalid_request", Refresh + "&scope=read&scope=read");
        yield return Row("Audience_twice", 400, "invalid_request", Refresh + "&audience=https://api1.example/&audience=https://api1.example/");
        yield return Row("Grant_type_twice", 400, "invalid_request", Refresh + "&grant_type=refresh_token");
        yield return Row("Name_encoded_and_twice", 400, "invalid_request", Refresh + "&refresh%5ftoken={token}");
        yield return Row("Token_in_the_query", 400, "invalid_request", "grant_type=refresh_token&client_id=spa", Query("refresh_token={token}"));
        yield return Row("Everything_in_the_query", 400, "invalid_request", string.Empty, Query(Refresh));

        yield return Row("Secret_in_the_query", 400, "invalid_client", "grant_type=refresh_token&client_id=web&refresh_token={token}", Query("client_secret=" + Escaped(Clients.Secret)));
        yield return Row("Basic_and_body_secret", 400, "invalid_request", ByBasic + "&client_secret=" + Escaped(Clients.Secret), Basic(Clients.Confidential, Clients.Secret));
        yield return Row("Basic_and_assertion", 400, "invalid_request", ByBasic + "&client_assertion=x&client_assertion_type=y", Basic(Clients.Confidential, Clients.Secret));
        yield return Row("Secret_and_assertion", 400, "invalid_request", ByBasic + "&client_id=web&client_secret=x&client_assertion=x&client_assertion_type=y");
        yield return Row("Assertion_without_type", 400, "invalid_request", ByBasic + "&client_id=web&client_assertion=x");
        yield return Row("Assertion_of_another_type", 400, "invalid_client", ByBasic + "&client_id=web&client_assertion=x&client_assertion_type=y");
        yield return Row("Basic_for_another_client", 400, "invalid_request", Refresh, Basic(Clients.Confidential, Clients.Secret));
        yield return Row("Wrong_secret_by_header", 401, "invalid_client", ByBasic, Basic(Clients.Confidential, "wrong"));
        yield return Row("No_secret_by_header", 401, "invalid_client", ByBasic, Basic(Clients.Confidential, string.Empty));
        yield return Row("Unknown_client_by_header", 401, "invalid_client", ByBasic, Basic("nobody", "wrong"));
        yield return Row("Secret_of_a_public_client_by_header", 401, "invalid_client", ByBasic, Basic(Clients.Public, "secret"));
        yield return Row("Basic_without_base64", 401, "invalid_client", ByBasic, Authorization("Basic ???"));
        yield return Row("Basic_without_colon", 401, "invalid_client", ByBasic, Authorization("Basic d2Vi"));
        yield return Row("Basic_without_client", 401, "invalid_client", ByBasic, Authorization("Basic OnNlY3JldA=="));
        yield return Row("Basic_alone", 401, "invalid_client", ByBasic, Authorization("Basic"));
        yield return Row("Wrong_secret_by_body", 400, "invalid_client", ByBasic + "&client_id=web&client_secret=wrong");
        yield return Row("Hash_as_secret", 400, "invalid_client", ByBasic + "&client_id=web&client_secret=" + Escaped(ClientSecret.Hash(Clients.Secret)));
        yield return Row("Secret_of_a_public_client_by_body", 400, "invalid_client", Refresh + "&client_secret=x");
        yield return Row("Confidential_client_without_secret", 400, "invalid_client", ByBasic + "&client_id=web");
        yield return Row("Unknown_client", 400, "invalid_client", ByBasic + "&client_id=nobody");
        yield return Row("Client_in_other_case", 400, "invalid_client", ByBasic + "&client_id=SPA");
        yield return Row("Client_missing", 400, "invalid_client", ByBasic);
        yield return Row("Client_empty", 400, "invalid_client", ByBasic + "&client_id=");
        yield return Row("Client_no_utf8", 400, "invalid_client", ByBasic + "&client_id=%FF");

        yield return Row("Scope_wider_than_the_grant", 400, "invalid_scope", Refresh + "&scope=read+admin");
        yield return Row("Scope_in_other_case", 400, "invalid_scope", Refresh + "&scope=Read");
        yield return Row("Scope_with_a_quote", 400, "invalid_scope", Refresh + "&scope=read%22");
        yield return Row("Scope_with_a_tab", 400, "invalid_scope", Refresh + "&scope=openid%09read");
        yield return Row("Scope_no_ascii", 400, "invalid_scope", Refresh + "&scope=r%C3%A9ad");
        yield return Row("Scope_of_many_tokens", 400, "invalid_scope", Refresh + "&scope=" + string.Join('+', Enumerable.Range(0, 101)));
        yield return Row("Resource_outside_the_grant", 400, "invalid_target", Refresh + "&resource=https://api2.example/");
        yield return Row("One_resource_outside_the_grant", 400, "invalid_target", Refresh + "&resource=https://api1.example/&resource=https://api2.example/");
        yield return Row("Audience_outside_the_grant", 400, "invalid_target", Refresh + "&audience=https://api2.example/");
        yield return Row("Audience_beside_a_resource", 400, "invalid_target", Refresh + "&resource=https://api1.example/&audience=https://api2.example/");
        yield return Row("Resource_relative", 400, "invalid_target", Refresh + "&resource=/api1");
        yield return Row("Resource_with_a_fragment", 400, "invalid_target", Refresh + "&resource=https://api1.example/%23x");
        yield return Row("Audience_relative", 400, "invalid_target", Refresh + "&audience=api1");
        yield return Row("Too_many_resources", 400, "invalid_target", Refresh + string.Concat(Enumerable.Range(0, 21).Select(i => $"&resource=https://{i}.example/")));
    }

    [OneTimeSetUp]
    public async Task StartAsync() => _host = await TestHost.StartAsync();

    [OneTimeTearDown]
    public async Task StopAsync() => await _host.DisposeAsync();

    [TestCaseSource(nameof(Rows))]
    public async Task Request_is_refused_and_consumes_nothing(int status, string error, string form, Action<HttpRequestMessage>? change)
    {
        var (mine, theirs) = (await _host.IssueAsync(), await _host.IssueAsync(Clients.Confidential));
        var token = form.Contains("web", StringComparison.Ordinal) || error == "invalid_client" ? theirs : mine;

        var answer = await _host.TokenAsync(form.Replace("{token}", token.RefreshToken.Reveal(), StringComparison.Ordinal), request =>
        {
            change?.Invoke(request);
            request.RequestUri = new Uri(request.RequestUri!.OriginalString.Replace("{token}", token.RefreshToken.Reveal(), StringComparison.Ordinal), UriKind.Relative);
        });

        answer.ShouldBeError(status, error);
        answer.Header("Allow").Should().Be(status == 405 ? "POST" : null);
        if (status == 401)
        {
            answer.Header("WWW-Authenticate").Should().StartWith("Basic realm=\"");
        }

        await _host.ShouldStillExchangeAsync(mine.RefreshToken);
        await _host.ShouldStillExchangeAsync(theirs.RefreshToken, Clients.Confidential);
    }

    [Test]
    public async Task Failed_authentication_has_the_same_bytes_whatever_the_cause()
    {
        string[] forms = ["client_id=web", "client_id=nobody", "x=1", "client_id=web&client_secret=wrong", "client_id=nobody&client_secret=wrong", "client_id=spa&client_secret=x"];

        var answers = await Task.WhenAll(forms.Select(form => _host.TokenAsync($"grant_type=refresh_token&refresh_token=x&{form}")));

        answers.Select(answer => answer.Text).Distinct().Should().ContainSingle();
    }

    private static TestCaseData Row(string name, int status, string error, string form, Action<HttpRequestMessage>? change = null) =>
        new TestCaseData(status, error, form, change).SetName($"{name}_is_answered_with_{status}_{error}");

    private static string Escaped(string value) => Uri.EscapeDataString(value);

    private static Action<HttpRequestMessage> Basic(string client, string secret) => request => request.Basic(client, secret);

    private static Action<HttpRequestMessage> Authorization(string value) => request => request.Headers.TryAddWithoutValidation("Authorization", value);

    private static Action<HttpRequestMessage> Query(string query) => request => request.RequestUri = new Uri($"{request.RequestUri}?{query}", UriKind.Relative);

    private static Action<HttpRequestMessage> ContentType(string? value) => request =>
    {
        request.Content!.Headers.ContentType = null;
        if (value is not null)
        {
            request.Content.Headers.TryAddWithoutValidation("Content-Type", value);
        }
    };

    private static void InChunks(HttpRequestMessage request)
    {
        var body = request.Content!.ReadAsStream();
        request.Content = new StreamContent(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/x-www-form-urlencoded") } };
        request.Headers.TransferEncodingChunked = true;
    }
}
