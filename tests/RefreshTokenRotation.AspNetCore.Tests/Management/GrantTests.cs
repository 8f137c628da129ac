using RefreshTokenRotation.AspNetCore.Tests.Support;

namespace RefreshTokenRotation.AspNetCore.Tests.Management;

/// <summary>Lists and deletes grants.</summary>
public sealed class GrantTests
{
    [Test]
    public async Task Families_of_one_user_client_and_api_are_one_grant_with_all_their_scope()
    {
        await using var host = await Admin.StartAsync();
        await host.IssueAsync(scope: "openid read");
        host.Time.Advance(TimeSpan.FromSeconds(1));
        await host.IssueAsync(scope: "read write");

        var answer = await host.AdminAsync("GET", "/grants");

        answer.ShouldBe(200);
        answer.Text.Should().Be(
            $$"""[{"id":"{{new GrantId("alice", "spa", Clients.Api1)}}","clientID":"spa","user_id":"alice","audience":"https://api1.example/","scope":["openid","read","write"]}]""");
    }

    [Test]
    public async Task Family_for_two_apis_is_a_grant_at_each_and_one_for_none_has_an_empty_audience()
    {
        await using var host = await Admin.StartAsync();
        await host.IssueAsync(resources: $"{Clients.Api1} {Clients.Api2}");
        host.Time.Advance(TimeSpan.FromSeconds(1));
        await host.IssueAsync(Clients.OtherPublic, resources: "");

        (await AudiencesAsync("")).Should().Equal(Clients.Api1, Clients.Api2, string.Empty);
        (await AudiencesAsync("?audience=" + Clients.Api2)).Should().Equal(Clients.Api2);
        (await AudiencesAsync("?audience=https://API2.example")).Should().Equal(Clients.Api2);
        (await AudiencesAsync("?audience=")).Should().Equal(string.Empty);
        (await AudiencesAsync("?client_id=spa&user_id=alice")).Should().Equal(Clients.Api1, Clients.Api2);
        (await AudiencesAsync("?user_id=bob")).Should().BeEmpty();

        async Task<string[]> AudiencesAsync(string query) =>
            [.. (await host.AdminAsync("GET", "/grants" + query)).Json.EnumerateArray().Select(grant => grant.GetProperty("audience").GetString()!)];
    }

    [Test]
    public async Task Pages_and_totals_count_grants_and_not_families()
    {
        await using var host = await Admin.StartAsync();
        for (var i = 0; i < 5; i++)
        {
            host.Time.Advance(TimeSpan.FromSeconds(1));
            await host.Tokens.IssueAsync(new IssueRequest { Subject = $"user{i}", ClientId = "spa" });
            await host.Tokens.IssueAsync(new IssueRequest { Subject = $"user{i}", ClientId = "spa" });
        }

        var page = await host.AdminAsync("GET", "/grants?page=1&per_page=2&include_totals=true");

        (page.Json.GetProperty("start").GetInt32(), page.Json.GetProperty("limit").GetInt32(), page.Json.GetProperty("total").GetInt32()).Should().Be((2, 2, 5));
        page.Json.GetProperty("grants").EnumerateArray().Select(grant => grant.GetProperty("user_id").GetString()).Should().Equal("user2", "user3");
        (await host.AdminAsync("GET", "/grants?page=10&per_page=100")).Text.Should().Be("[]");
        (await host.AdminAsync("GET", "/grants?page=11&per_page=100")).ShouldBe(400, "first 1000 results");
    }

    [Test]
    public async Task Too_many_families_for_one_answer_ask_for_a_narrower_filter()
    {
        await using var host = await Admin.StartAsync();
        for (var i = 0; i <= GrantScan.MaxFamilies; i++)
        {
            await host.Tokens.IssueAsync(new IssueRequest { Subject = $"user{i}", ClientId = "spa" });
        }

        (await host.AdminAsync("GET", "/grants")).ShouldBe(400, "More than 10000 refresh tokens match: name a user_id");
        (await host.AdminAsync("GET", "/grants?user_id=user10000")).Json.GetArrayLength().Should().Be(1);
        await host.Families.RevokeAsync(TokenFamilyFilter.ForUser("user0"));
        (await host.AdminAsync("GET", "/grants?include_totals=true")).Json.GetProperty("total").GetInt32().Should().Be(10_000);
    }

    [Test]
    public async Task Deleting_a_grant_ends_its_families_and_no_other()
    {
        await using var host = await Admin.StartAsync();
        var (first, second, otherApi) = (await host.IssueAsync(), await host.IssueAsync(), await host.IssueAsync(resources: Clients.Api2));
        var id = (await host.AdminAsync("GET", "/grants?audience=" + Clients.Api1)).Json[0].GetProperty("id").GetString();

        var answer = await host.AdminAsync("DELETE", $"/grants/{id}");

        answer.ShouldBe(204);
        (await host.IsAliveAsync(first)).Should().BeFalse();
        (await host.IsAliveAsync(second)).Should().BeFalse();
        (await host.IsAliveAsync(otherApi)).Should().BeTrue();
        (await host.AdminAsync("DELETE", $"/grants/{id}")).ShouldBe(204);
    }

    [Test]
    public async Task Deleting_the_grants_of_a_user_ends_all_of_them()
    {
        await using var host = await Admin.StartAsync();
        var (first, second) = (await host.IssueAsync(), await host.IssueAsync(Clients.Confidential, resources: Clients.Api2));
        var bob = await host.Tokens.IssueAsync(new IssueRequest { Subject = "bob", ClientId = "spa" });

        (await host.AdminAsync("DELETE", "/grants?user_id=alice")).ShouldBe(204);

        (await host.IsAliveAsync(first)).Should().BeFalse();
        (await host.IsAliveAsync(second)).Should().BeFalse();
        (await host.IsAliveAsync(bob)).Should().BeTrue();
        (await host.AdminAsync("DELETE", "/grants")).ShouldBe(400, "user_id is missing");
        (await host.AdminAsync("DELETE", "/grants?user_id=bob&client_id=spa")).ShouldBe(400, "'client_id' is unknown");
        (await host.IsAliveAsync(bob)).Should().BeTrue();
    }

    [TestCase("alice", "spa", "https://api1.example/")]
    [TestCase("auth0|ü\U0001F600", "a b/c", "")]
    public void Id_of_a_grant_reads_back_and_is_the_same_everywhere(string user, string client, string audience)
    {
        var id = new GrantId(user, client, audience);

        GrantId.TryParse(id.ToString(), out var read).Should().BeTrue();
        read.Should().Be(id);
        id.ToString().Should().MatchRegex("^[A-Za-z0-9_-]+$");
    }

    [Test]
    public void Longest_id_of_a_grant_reads_back()
    {
        var id = new GrantId(new string('€', 255), new string('€', 255), new string('€', 600));

        GrantId.TryParse(id.ToString(), out var read).Should().BeTrue();
        read.Should().Be(id);
    }

    [TestCase("x")]
    [TestCase("YQ")]
    [TestCase("YQBiAGM=")]
    [TestCase("YQBiAGMAZA")]
    [TestCase("AABi")]
    [TestCase("YQBiAGN")]
    [TestCase("_wBiAGM")]
    public async Task Id_that_can_be_none_is_not_found(string id)
    {
        await using var host = await Admin.StartAsync();

        (await host.AdminAsync("DELETE", $"/grants/{id}")).ShouldBe(404, "The grant does not exist.");
    }
}
