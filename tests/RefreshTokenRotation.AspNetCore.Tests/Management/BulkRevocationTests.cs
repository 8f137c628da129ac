using System.Text.Json;
using RefreshTokenRotation.AspNetCore.Tests.Support;

namespace RefreshTokenRotation.AspNetCore.Tests.Management;

/// <summary>Revokes many at once.</summary>
public sealed class BulkRevocationTests
{
    [TestCase("""{"user_id":"alice"}""", "spa1 spa2 both web")]
    [TestCase("""{"client_id":"spa"}""", "spa1 spa2 both bob")]
    [TestCase("""{"user_id":"alice","client_id":"spa"}""", "spa1 spa2 both")]
    [TestCase("""{"user_id":"alice","client_id":"spa","audience":"https://api2.example/"}""", "spa2 both")]
    [TestCase("""{"user_id":"alice","client_id":"spa","audience":"HTTPS://api2.example:443"}""", "spa2 both")]
    [TestCase("""{"user_id":"alice","client_id":"spa","audience":"https://online.example/"}""", "")]
    [TestCase("""{"ids":["{spa1}","{web}"]}""", "spa1 web")]
    [TestCase("""{"ids":["{bob}","{bob}","00112233445566778899aabbccddeeff"]}""", "bob")]
    public async Task Filter_ends_what_it_names_and_no_more(string body, string ended)
    {
        await using var host = await Admin.StartAsync();
        var families = new Dictionary<string, IssueResult>
        {
            ["spa1"] = await host.IssueAsync(),
            ["spa2"] = await host.IssueAsync(resources: Clients.Api2),
            ["both"] = await host.IssueAsync(resources: $"{Clients.Api1} {Clients.Api2}"),
            ["web"] = await host.IssueAsync(Clients.Confidential, resources: Clients.Api2),
            ["bob"] = await host.Tokens.IssueAsync(new IssueRequest { Subject = "bob", ClientId = "spa", Resources = [Clients.Api2] }),
        };

        var answer = await host.AdminAsync("POST", "/refresh-tokens/revoke", families.Aggregate(body, (text, family) => text.Replace($"{{{family.Key}}}", family.Value.Id())));

        answer.ShouldBe(202);
        answer.Body.Should().BeEmpty();
        foreach (var (name, family) in families)
        {
            (await host.IsAliveAsync(family)).Should().Be(!ended.Split(' ').Contains(name), "this is {0}", name);
        }
    }

    [Test]
    public async Task All_tokens_of_a_user_end()
    {
        await using var host = await Admin.StartAsync();
        var (first, second) = (await host.IssueAsync(), await host.IssueAsync(Clients.Confidential));
        var bob = await host.Tokens.IssueAsync(new IssueRequest { Subject = "bob", ClientId = "spa" });

        (await host.AdminAsync("DELETE", "/users/alice/refresh-tokens")).ShouldBe(202);

        (await host.IsAliveAsync(first)).Should().BeFalse();
        (await host.IsAliveAsync(second)).Should().BeFalse();
        (await host.IsAliveAsync(bob)).Should().BeTrue();
    }

    [TestCase("{}", "Name exactly one of")]
    [TestCase("""{"audience":"https://api1.example/"}""", "Name exactly one of")]
    [TestCase("""{"user_id":"alice","audience":"https://api1.example/"}""", "Name exactly one of")]
    [TestCase("""{"client_id":"spa","audience":"https://api1.example/"}""", "Name exactly one of")]
    [TestCase("""{"ids":["00112233445566778899aabbccddeeff"],"user_id":"alice"}""", "Name exactly one of")]
    [TestCase("""{"ids":["00112233445566778899aabbccddeeff"],"client_id":"spa"}""", "Name exactly one of")]
    [TestCase("""{"ids":[]}""", "1 to 100 ids")]
    [TestCase("""{"ids":"x"}""", "ids (\"x\") must be an array of 1 to 100 ids")]
    [TestCase("""{"ids":null}""", "ids (null) must be an array of 1 to 100 ids")]
    [TestCase("""{"ids":null,"client_id":"spa"}""", "ids (null) must be")]
    [TestCase("""{"user_id":null,"client_id":"spa"}""", "user_id (null) must be a text of 1 to 255 characters")]
    [TestCase("""{"audience":null,"client_id":"spa"}""", "audience (null) must be a text")]
    [TestCase("""{"ids":["x"]}""", "Each of ids must be the id of a refresh token")]
    [TestCase("""{"ids":[1]}""", "ids ([1]) must be an array of 1 to 100 ids")]
    [TestCase("""{"ids":[null]}""", "Each of ids must be the id of a refresh token")]
    [TestCase("""{"user_id":null}""", "user_id (null) must be a text of 1 to 255 characters")]
    [TestCase("""{"user_id":""}""", "user_id must be a text of 1 to 255 characters")]
    [TestCase("""{"user_id":"a\u0000"}""", "without control characters")]
    [TestCase("""{"user_id":"alice","client_id":5}""", "client_id (5) must be a text of 1 to 255")]
    [TestCase("""{"user_id":"alice","tenant":"b"}""", "'tenant' is unknown")]
    public async Task Request_that_does_not_name_one_choice_ends_nothing(string body, string message)
    {
        await using var host = await Admin.StartAsync();
        var issued = await host.IssueAsync();

        (await host.AdminAsync("POST", "/refresh-tokens/revoke", body)).ShouldBe(400, message);

        (await host.IsAliveAsync(issued)).Should().BeTrue();
    }

    [TestCase(100, 202)]
    [TestCase(101, 400)]
    public async Task Hundred_ids_are_the_most(int count, int status)
    {
        await using var host = await Admin.StartAsync();
        var ids = Enumerable.Range(0, count).Select(i => new Guid(i, 0, 0, new byte[8]).ToString("N"));

        (await host.AdminAsync("POST", "/refresh-tokens/revoke", JsonSerializer.Serialize(new { ids }))).ShouldBe(status);
    }

    [Test]
    public async Task Family_for_no_api_is_named_by_an_empty_audience()
    {
        await using var host = await Admin.StartAsync();
        var (none, api) = (await host.IssueAsync(resources: ""), await host.IssueAsync());

        (await host.AdminAsync("POST", "/refresh-tokens/revoke", """{"user_id":"alice","client_id":"spa","audience":""}""")).ShouldBe(202);

        (await host.IsAliveAsync(none)).Should().BeFalse();
        (await host.IsAliveAsync(api)).Should().BeTrue();
    }
}
