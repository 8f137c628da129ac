using AuthorizationServer.Tests.Support;

namespace AuthorizationServer.Tests.Generated;

/// <summary>What is valid at the server for now, so that generated requests get past the first check.</summary>
internal sealed record World(IReadOnlyDictionary<string, string[]> Values, string[] Cookies, string[] Authorizations, string[] FormTokens)
{
    private const string Scope = "openid profile offline_access read:messages";

    public static async Task<World> CreateAsync(string origin)
    {
        using var alice = new Browser(origin);
        using var admin = new Browser(origin);
        using var backend = new Backend(origin);
        var (used, unused) = (new CodeRequest("spa"), new CodeRequest("spa"));
        var login = await backend.TokenAsync(used.Redemption((await alice.AuthorizeAsync(used)).Callback["code"]));
        var code = (await alice.AuthorizeAsync(unused)).Callback["code"];
        await admin.LogInAsync("admin");
        var legacy = await backend.PasswordAsync();
        var device = await backend.PostAsync("/oauth/device/code", ("client_id", "tv"), ("scope", Scope));
        var machine = await backend.TokenAsync(("grant_type", "client_credentials"), ("client_id", "machine"), ("client_secret", "machine-secret"));
        var family = Jwt.Claim(legacy["access_token"]!, "rtr_fid")!;
        string[] forms = [await FormTokenAsync(alice), await FormTokenAsync(admin)];
        return new World(
            new Dictionary<string, string[]>(StringComparer.Ordinal)
            {
                ["code"] = [code],
                ["code_verifier"] = [unused.Verifier],
                ["code_challenge"] = [unused.Parameters["code_challenge"]!],
                ["refresh_token"] = [legacy["refresh_token"]!, login["refresh_token"]!],
                ["token"] = [legacy["refresh_token"]!, legacy["access_token"]!],
                ["device_code"] = [device["device_code"]!],
                ["user_code"] = [device["user_code"]!],
                ["id_token_hint"] = [login["id_token"]!, legacy["id_token"]!],
                ["form_token"] = forms,
                ["family"] = [family],
                ["id"] = ["spa", "legacy", "alice", "a%2Fb", "%252F", family],
                ["next"] = ["/", "/sessions", "/admin", "/activate?user_code=" + device["user_code"], unused.Address],
                ["request"] = [unused.Address["/authorize".Length..]],
            },
            [$"session={alice.Cookie("session")}", $"session={admin.Cookie("session")}", $"visitor={alice.Cookie("visitor")}"],
            [$"Bearer {login["access_token"]}", $"Bearer {machine["access_token"]}", "Basic d2ViOndlYi1zZWNyZXQ=", "Basic bWFjaGluZTptYWNoaW5lLXNlY3JldA=="],
            forms);
    }

    private static async Task<string> FormTokenAsync(Browser browser) => (await browser.GetAsync("/")).Form.Fields["form_token"];
}
