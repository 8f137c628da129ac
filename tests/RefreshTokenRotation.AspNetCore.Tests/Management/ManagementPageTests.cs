using System.Text.Json.Nodes;
using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.AspNetCore.Tests.Management;

/// <summary>The JSON that the page on management shows is the one that goes over the wire.</summary>
public sealed class ManagementPageTests
{
    private static readonly string[] Shown =
        [.. File.ReadAllText(Repository.PathOf("docs", "management.md")).Split("```json\n")[1..].Select(part => part.Split("```")[0])];

    [Test]
    public async Task Settings_of_the_page_are_changed_as_it_shows()
    {
        await using var host = await Admin.StartAsync(setup => setup.Policy(RotationPolicy.Strict with { InfiniteIdleLifetime = true }));

        var answer = await host.AdminAsync("PATCH", "/clients/spa", Shown[0]);

        answer.ShouldBe(200);
        JsonNode.DeepEquals(JsonNode.Parse(answer.Body), JsonNode.Parse(Shown[1])).Should().BeTrue("the answer is {0}", answer.Text);
    }

    [Test]
    public async Task Refresh_token_of_the_page_has_the_members_of_the_answer()
    {
        await using var host = await Admin.StartAsync();
        var issued = await host.IssueAsync(scope: "openid read");

        var answer = await host.AdminAsync("GET", $"/refresh-tokens/{issued.Id()}");

        Members(answer.Body).Should().Equal(Members(System.Text.Encoding.UTF8.GetBytes(Shown[2])));

        static IEnumerable<string> Members(byte[] json)
        {
            var resource = JsonNode.Parse(json)!.AsObject();
            return resource.Concat(resource["device"]!.AsObject()).Concat(resource["resource_servers"]![0]!.AsObject()).Select(member => member.Key);
        }
    }
}
