using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using RefreshTokenRotation.Identity.Tests.Support;

namespace RefreshTokenRotation.Identity.Tests;

/// <summary>The calls of Microsoft's own clients get the same statuses, headers and bodies, with rotation and without.</summary>
[TestFixture]
internal sealed class CompatibilityTests
{
    [Test]
    public async Task Every_call_is_answered_as_without_rotation([Values] bool isBearerOnly)
    {
        await using var microsoft = await Host.StartAsync(rotates: false, clock: TimeProvider.System, isBearerOnly: isBearerOnly);
        await using var ours = await Host.StartAsync(clock: TimeProvider.System, isBearerOnly: isBearerOnly);
        var expected = await PlayAsync(microsoft);
        var actual = await PlayAsync(ours);
        actual.Should().Equal(expected);
        expected.Should().HaveCountGreaterThan(25).And.Contain(line => line.Contains("accessToken")).And.Contain(line => line.Contains("RequiresTwoFactor"));
    }

    private static async Task<List<string>> PlayAsync(Host host)
    {
        const string Email = "alice@example.com";
        var story = new List<string>();
        using var client = host.Connect();

        await TellAsync("/register", new { email = Email, password = Host.Password });
        await TellAsync("/register", new { email = Email, password = Host.Password });
        await TellAsync("/login", new { email = Email, password = "wrong" });
        await GetAsync("/manage/info");
        await TellAsync("/login", new { email = Email, password = Host.Password });
        await GetAsync("/manage/info");
        await GetAsync($"/manage/info?accessToken={client.AccessToken}");
        await TellAsync("/refresh", new { refreshToken = client.RefreshToken });
        await GetAsync("/manage/info");
        await TellAsync("/refresh", new { refreshToken = "garbage" });
        await TellAsync("/refresh", new { refreshToken = string.Empty });
        await TellAsync("/refresh", new { refreshToken = (string?)null });
        await TellAsync("/refresh", new { });
        await TellAsync("/refresh", new { refreshToken = client.AccessToken });
        await SendAsync("/refresh", new StringContent("{", Encoding.UTF8, "application/json"));
        await SendAsync("/refresh", new StringContent("null", Encoding.UTF8, "application/json"));
        await SendAsync("/refresh", new StringContent(string.Empty, Encoding.UTF8, "application/json"));
        await SendAsync("/refresh", new StringContent("refreshToken=x", Encoding.UTF8, "application/x-www-form-urlencoded"));
        await GetAsync("/refresh");

        // Two factors: the shared key, a code, and a recovery code.
        var factor = await TellAsync("/manage/2fa", new { });
        var key = factor.GetProperty("sharedKey").GetString()!;
        await TellAsync("/manage/2fa", new { enable = true, twoFactorCode = "000000" });
        var enabled = await TellAsync("/manage/2fa", new { enable = true, twoFactorCode = Totp.Code(key) });
        var recovery = enabled.GetProperty("recoveryCodes")[0].GetString();
        await TellAsync("/refresh", new { refreshToken = client.RefreshToken }); // the stamp has changed
        client.AccessToken = string.Empty;
        await TellAsync("/login", new { email = Email, password = Host.Password });
        await TellAsync("/login", new { email = Email, password = Host.Password, twoFactorCode = "000000" });
        await TellAsync("/login", new { email = Email, password = Host.Password, twoFactorCode = Totp.Code(key) });
        await TellAsync("/refresh", new { refreshToken = client.RefreshToken });
        await TellAsync("/login", new { email = Email, password = Host.Password, twoFactorRecoveryCode = recovery });
        await TellAsync("/manage/2fa", new { enable = false });

        // Cookies are none of our business.
        client.AccessToken = string.Empty;
        await TellAsync("/login?useCookies=true", new { email = Email, password = Host.Password });
        await GetAsync("/manage/info");
        using (var other = host.Connect())
        {
            using var response = await other.PostAsync("/login?useSessionCookies=true", new { email = Email, password = Host.Password });
            story.Add($"{response.StatusCode} {response.Headers.Contains("Set-Cookie")} {await other.InfoAsync()}");
        }

        await TellAsync("/manage/info", new { newPassword = "N3w-passw0rd", oldPassword = Host.Password });
        await TellAsync("/forgotPassword", new { email = Email });
        return story;

        Task<JsonElement> TellAsync(string path, object body) => SendAsync(path, JsonContent.Create(body));

        async Task GetAsync(string path) => await RecordAsync($"GET {path}", await client.SendAsync(HttpMethod.Get, path));

        async Task<JsonElement> SendAsync(string path, HttpContent content) =>
            await RecordAsync($"POST {path}", await client.SendAsync(HttpMethod.Post, path, content));

        async Task<JsonElement> RecordAsync(string call, HttpResponseMessage response)
        {
            var text = await response.Content.ReadAsStringAsync();
            call = call.Split('?')[0];
            var body = text.Length == 0 || text[0] is not ('{' or '[') ? default : JsonSerializer.Deserialize<JsonElement>(text);
            var shape = body.ValueKind == JsonValueKind.Object
                ? string.Join(',', body.EnumerateObject().Select(member => member.Name is "detail" or "title" or "tokenType" or "expiresIn"
                    ? $"{member.Name}={member.Value}" : member.Name))
                : body.ValueKind.ToString();
            var headers = response.Headers.Concat(response.Content.Headers).Select(header => header.Key)
                .Where(name => name is not ("Date" or "Content-Length")).Order(StringComparer.Ordinal);
            story.Add($"{story.Count} {call}: {(int)response.StatusCode} {response.Content.Headers.ContentType} "
                + $"{response.Headers.WwwAuthenticate} [{string.Join(',', headers)}] {shape}");
            if (response.IsSuccessStatusCode && body.ValueKind == JsonValueKind.Object && body.TryGetProperty("accessToken", out var access))
            {
                client.AccessToken = access.GetString()!;
                client.RefreshToken = body.GetProperty("refreshToken").GetString()!;
            }

            response.Dispose();
            return body;
        }
    }
}
