using Microsoft.Extensions.DependencyInjection;

namespace RefreshTokenRotation.AspNetCore.Tests.Management;

/// <summary>GET and PATCH of a client's refresh token settings.</summary>
public sealed class ClientSettingsTests
{
    [Test]
    public async Task Settings_that_nobody_changed_are_those_of_the_options_under_todays_names()
    {
        await using var host = await Admin.StartAsync();

        var answer = await host.AdminAsync("GET", "/clients/spa");

        answer.ShouldBe(200);
        answer.Text.Should().Be(
            """
            {"client_id":"spa","refresh_token":{"rotation_type":"rotating","expiration_type":"expiring","leeway":0,"token_lifetime":2592000,
            "idle_token_lifetime":1296000,"infinite_token_lifetime":false,"infinite_idle_token_lifetime":false,"policies":null,"recovery_window":0,
            "leeway_generations":1,"shadow_mode":false,"active_cap":200,"reuse_response":"family"}}
            """.ReplaceLineEndings(string.Empty));
    }

    [Test]
    public async Task Change_keeps_what_it_does_not_name()
    {
        await using var host = await Admin.StartAsync();

        var first = await host.PatchSettingsAsync("""{"leeway":"15","token_lifetime":"1000000","idle_token_lifetime":900000}""");
        var second = await host.PatchSettingsAsync(
            """{"policies":[{"audience":"https://api2.example/","scope":["read","write"]}],"recovery_window":3600,"leeway_generations":4,"shadow_mode":true,"active_cap":7,"reuse_response":"family"}""");

        first.ShouldBe(200);
        second.ShouldBe(200);
        var policy = await host.Services.GetRequiredService<IRotationPolicyManager>().GetAsync("spa");
        policy.Should().BeEquivalentTo(new RotationPolicy
        {
            Leeway = TimeSpan.FromSeconds(15),
            AbsoluteLifetime = TimeSpan.FromSeconds(1_000_000),
            IdleLifetime = TimeSpan.FromSeconds(900_000),
            RecoveryWindow = TimeSpan.FromHours(1),
            LeewayGenerations = 4,
            ShadowMode = true,
            ActiveCap = 7,
            MultiResource = [new ResourceScopes { Resource = "https://api2.example/", Scopes = ["read", "write"] }],
        });
        (await host.AdminAsync("GET", "/clients/spa")).Text.Should().Be(second.Text);
        (await host.AdminAsync("GET", "/clients/web")).Json.GetProperty("refresh_token").GetProperty("leeway").GetInt32().Should().Be(0, "it is another client");
    }

    [Test]
    public async Task Whole_answer_can_be_sent_back()
    {
        await using var host = await Admin.StartAsync(setup => setup.Policy(new RotationPolicy { InfiniteIdleLifetime = true }));
        var before = await host.AdminAsync("GET", "/clients/spa");

        var after = await host.PatchSettingsAsync(before.Json.GetProperty("refresh_token").GetRawText());

        after.ShouldBe(200);
        after.Text.Should().Be(before.Text).And.Contain("\"idle_token_lifetime\":null");
    }

    [TestCase("rotating", "rotating")]
    [TestCase("non-rotating", "non-rotating")]
    [TestCase("reusable", "non-rotating")]
    public async Task Rotation_type_is_read_in_the_words_of_the_seeds(string sent, string shown)
    {
        await using var host = await Admin.StartAsync();

        var answer = await host.PatchSettingsAsync($$"""{"rotation_type":"{{sent}}"}""");

        answer.Json.GetProperty("refresh_token").GetProperty("rotation_type").GetString().Should().Be(shown);
    }

    [Test]
    public async Task Null_brings_the_options_back()
    {
        await using var host = await Admin.StartAsync(setup => setup.Policy(RotationPolicy.Spa));
        await host.PatchSettingsAsync("""{"leeway":40}""");

        var answer = await host.PatchSettingsAsync("null");

        answer.ShouldBe(200);
        answer.Json.GetProperty("refresh_token").GetProperty("leeway").GetInt32().Should().Be(10);
        (await host.Services.GetRequiredService<IRotationPolicyStore>().FindAsync("spa", string.Empty, default)).Should().BeNull();
    }

    [Test]
    public async Task Empty_change_pins_nothing()
    {
        await using var host = await Admin.StartAsync();

        (await host.PatchSettingsAsync("{}")).ShouldBe(200);

        (await host.Services.GetRequiredService<IRotationPolicyStore>().FindAsync("spa", string.Empty, default)).Should().BeNull();
    }

    [Test]
    public async Task Fields_choose_what_is_shown()
    {
        await using var host = await Admin.StartAsync();

        (await host.AdminAsync("GET", "/clients/spa?fields=client_id")).Text.Should().Be("""{"client_id":"spa"}""");
        (await host.AdminAsync("GET", "/clients/spa?fields=client_id&include_fields=false")).Text.Should().StartWith("""{"refresh_token":{""");
        (await host.AdminAsync("GET", "/clients/spa?fields=secret")).ShouldBe(400, "'secret'");
    }

    [TestCase("nobody")]
    [TestCase("SPA")]
    public async Task Unknown_client_is_not_found(string client)
    {
        await using var host = await Admin.StartAsync();

        (await host.AdminAsync("GET", $"/clients/{client}")).ShouldBe(404);
        (await host.PatchSettingsAsync("""{"leeway":1}""", client)).ShouldBe(404);
        (await host.Services.GetRequiredService<IRotationPolicyStore>().FindAsync(client, string.Empty, default)).Should().BeNull();
    }

    [Test]
    public async Task Client_whose_id_must_be_escaped_is_found()
    {
        const string Id = "a/b c:ü";
        await using var host = await Admin.StartAsync(setup => setup.Endpoints(options => options.Clients.Add(new OAuthClient { ClientId = Id })));

        var answer = await host.PatchSettingsAsync("""{"leeway":3}""", Uri.EscapeDataString(Id));

        answer.ShouldBe(200);
        answer.Json.GetProperty("client_id").GetString().Should().Be(Id);
        (await host.Services.GetRequiredService<IRotationPolicyManager>().GetAsync(Id)).Leeway.Should().Be(TimeSpan.FromSeconds(3));
    }

    [TestCase("%7F")]
    [TestCase("a%0Ab")]
    public async Task Id_that_no_client_can_have_is_not_found(string id)
    {
        await using var host = await Admin.StartAsync();

        (await host.AdminAsync("GET", $"/clients/{id}")).ShouldBe(404);
        (await host.PatchSettingsAsync("""{"leeway":1}""", id)).ShouldBe(404);
    }

    [Test]
    public async Task Id_beyond_the_bound_is_not_found()
    {
        await using var host = await Admin.StartAsync();

        (await host.AdminAsync("GET", "/clients/" + new string('a', 256))).ShouldBe(404);
        (await host.AdminAsync("GET", "/clients/" + new string('a', 255))).ShouldBe(404);
    }
}
