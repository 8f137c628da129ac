using Microsoft.Extensions.DependencyInjection;

namespace RefreshTokenRotation.AspNetCore.Tests.Management;

/// <summary>What a change of settings may not say.</summary>
public sealed class ClientSettingsRuleTests
{
    [TestCase("""{"token_lifetime":0}""", "token_lifetime (0 s) must be between 1 s and MaximumLifetime (7776000 s)")]
    [TestCase("""{"token_lifetime":7776001}""", "token_lifetime (7776001 s) must be between 1 s and MaximumLifetime (7776000 s)")]
    [TestCase("""{"idle_token_lifetime":"0"}""", "idle_token_lifetime (0 s) must be between 1 s")]
    [TestCase("""{"idle_token_lifetime":2592001}""", "idle_token_lifetime (2592001 s) must not be longer than token_lifetime (2592000 s)")]
    [TestCase("""{"leeway":-1}""", "leeway (-1 s) must be between 0 s and MaximumLeeway (3600 s)")]
    [TestCase("""{"leeway":1296000}""", "leeway (1296000 s) must be shorter than idle_token_lifetime (1296000 s)")]
    [TestCase("""{"idle_token_lifetime":null,"leeway":2592000}""", "leeway (2592000 s) must be shorter than token_lifetime (2592000 s)")]
    [TestCase("""{"recovery_window":-5}""", "recovery_window (-5 s) must not be negative")]
    [TestCase("""{"recovery_window":60}""", "recovery_window (60 s) needs a leeway above zero, but it is 0 s")]
    [TestCase("""{"leeway":90,"recovery_window":60}""", "leeway (90 s) must be shorter than recovery_window (60 s)")]
    [TestCase("""{"expiration_type":"non-expiring"}""", "expiration_type (non-expiring) must be expiring where rotation_type is rotating")]
    [TestCase("""{"infinite_token_lifetime":true,"infinite_idle_token_lifetime":true}""", "infinite_token_lifetime (true) must be false, or infinite_idle_token_lifetime (true), where rotation_type is rotating, unless AllowRotatingNonExpiring is set")]
    [TestCase("""{"infinite_token_lifetime":true,"idle_token_lifetime":null}""", "infinite_token_lifetime (true) must be false, or idle_token_lifetime set, where rotation_type is rotating")]
    [TestCase("""{"leeway":10,"leeway_generations":0}""", "leeway_generations (0) must be between 1 and 32")]
    [TestCase("""{"leeway":10,"leeway_generations":33}""", "leeway_generations (33) must be between 1 and 32")]
    [TestCase("""{"leeway_generations":2}""", "leeway_generations (2) above 1 needs a leeway above zero, but it is 0 s")]
    [TestCase("""{"leeway":10,"leeway_generations":2,"reuse_response":"user"}""", "leeway_generations (2) above 1 needs the reuse_response family, but it is user")]
    [TestCase("""{"active_cap":0}""", "active_cap (0) must be between 1 and 1000000")]
    [TestCase("""{"active_cap":1000001}""", "active_cap (1000001) must be between 1 and 1000000")]
    [TestCase("""{"policies":[{"audience":"","scope":[]}]}""", "policies.audience (0) characters must be between 1 and 600")]
    [TestCase("""{"policies":[{"audience":"a","scope":["b c"]}]}""", "policies.scope (3) characters must be between 1 and 280")]
    [TestCase("""{"policies":[{"audience":"a","scope":[]},{"audience":"a","scope":[]}]}""", "entries must name each resource once")]
    public async Task Bound_and_rule_of_the_library_is_told_with_values_in_the_words_of_the_json(string settings, string message)
    {
        await using var host = await Admin.StartAsync();

        var answer = await host.PatchSettingsAsync(settings);

        answer.ShouldBe(400, message);
        answer.Member("message").Should().NotContain("Parameter").And.NotContain("Lifetime (0");
        (await host.Services.GetRequiredService<IRotationPolicyStore>().FindAsync("spa", string.Empty, default)).Should().BeNull();
    }

    [TestCase("""{"lee_way":1}""", "'lee_way' of refresh_token is unknown; known are rotation_type")]
    [TestCase("""{"Leeway":1}""", "'Leeway'")]
    [TestCase("""{"rotation_type":"sometimes"}""", "rotation_type (\"sometimes\") must be one of rotating, non-rotating, reusable")]
    [TestCase("""{"rotation_type":null}""", "rotation_type (null) must be one of")]
    [TestCase("""{"expiration_type":1}""", "expiration_type (1) must be one of expiring, non-expiring")]
    [TestCase("""{"reuse_response":"all"}""", "reuse_response (\"all\") must be one of family, grant, user_and_client, user")]
    [TestCase("""{"leeway":1.5}""", "leeway (1.5) must be a whole number of seconds")]
    [TestCase("""{"leeway":"1s"}""", "leeway (\"1s\") must be a whole number of seconds")]
    [TestCase("""{"leeway":"0x10"}""", "must be a whole number of seconds")]
    [TestCase("""{"leeway":null}""", "leeway (null) must be a whole number of seconds")]
    [TestCase("""{"leeway":[]}""", "leeway ([]) must be a whole number of seconds")]
    [TestCase("""{"token_lifetime":1e300}""", "token_lifetime (1e300) must be a whole number of seconds")]
    [TestCase("""{"token_lifetime":99999999999999999999}""", "of at most 922337203685")]
    [TestCase("""{"token_lifetime":-922337203686}""", "of at most 922337203685")]
    [TestCase("""{"leeway_generations":1.5}""", "leeway_generations (1.5) must be a whole number between 1 and 32")]
    [TestCase("""{"active_cap":99999999999}""", "active_cap (99999999999) must be a whole number between 1 and 1000000")]
    [TestCase("""{"active_cap":null}""", "active_cap (null) must be a whole number between 1 and 1000000")]
    [TestCase("""{"infinite_token_lifetime":"true"}""", "infinite_token_lifetime (\"true\") must be true or false")]
    [TestCase("""{"infinite_idle_token_lifetime":0}""", "infinite_idle_token_lifetime (0) must be true or false")]
    [TestCase("""{"shadow_mode":null}""", "shadow_mode (null) must be true or false")]
    [TestCase("""{"policies":{}}""", "policies ({}) must be null or an array of 1 to 100 objects")]
    [TestCase("""{"policies":[]}""", "policies ([]) must be null or an array of 1 to 100 objects")]
    [TestCase("""{"policies":[null]}""", "policies ([null]) must be null or an array")]
    [TestCase("""{"policies":[1]}""", "policies ([1]) must be null or an array")]
    [TestCase("""{"policies":[{"audience":"a"}]}""", "objects with audience, a text, and scope, an array of texts")]
    [TestCase("""{"policies":[{"audience":null,"scope":[]}]}""", "objects with audience, a text, and scope")]
    [TestCase("""{"policies":[{"audience":"a","scope":[1]}]}""", "policies ([{\"audience\":\"a\",\"scope\":[1]}]) must be")]
    [TestCase("""{"policies":[{"audience":"a","scope":[],"x":1}]}""", "and nothing else")]
    public async Task Form_that_is_wrong_is_told_with_the_value(string settings, string message)
    {
        await using var host = await Admin.StartAsync();

        (await host.PatchSettingsAsync(settings)).ShouldBe(400, message);
    }

    [TestCase("{}", "refresh_token (missing) must be an object of the settings to change, or null")]
    [TestCase("""{"refresh_token":[]}""", "refresh_token ([]) must be an object")]
    [TestCase("""{"refresh_token":{},"name":"x"}""", "'name' is unknown; known are refresh_token")]
    public async Task Body_holds_the_settings_and_nothing_else(string body, string message)
    {
        await using var host = await Admin.StartAsync();

        (await host.AdminAsync("PATCH", "/clients/spa", body)).ShouldBe(400, message);
    }

    [TestCase("""{"token_lifetime":7776000,"idle_token_lifetime":7776000}""")]
    [TestCase("""{"token_lifetime":1.0,"idle_token_lifetime":1e0}""")]
    [TestCase("""{"rotation_type":"non-rotating","infinite_token_lifetime":true,"infinite_idle_token_lifetime":true}""")]
    [TestCase("""{"rotation_type":"non-rotating","expiration_type":"non-expiring"}""")]
    [TestCase("""{"policies":null}""")]
    [TestCase("""{"policies":[{"audience":"a","scope":[]}]}""")]
    [TestCase("""{"infinite_token_lifetime":true,"token_lifetime":315360000}""")]
    [TestCase("""{"infinite_idle_token_lifetime":true,"idle_token_lifetime":0}""")]
    [TestCase("""{"reuse_response":"grant"}""")]
    [TestCase("""{"active_cap":"1000000"}""")]
    [TestCase("""{"leeway":"3600"}""")]
    public async Task Values_at_their_bounds_are_taken(string settings)
    {
        await using var host = await Admin.StartAsync();

        (await host.PatchSettingsAsync(settings)).ShouldBe(200);
    }

    [Test]
    public async Task Bounds_are_those_of_the_host()
    {
        await using var host = await Admin.StartAsync(setup => setup.Rotation(options => (options.MaximumLifetime, options.AllowRotatingNonExpiring) = (TimeSpan.FromDays(3650), true)));

        (await host.PatchSettingsAsync("""{"token_lifetime":157788000}""")).ShouldBe(200);
        (await host.PatchSettingsAsync("""{"expiration_type":"non-expiring"}""")).ShouldBe(200);
    }
}
