using RefreshTokenRotation.AspNetCore.Tests.Support;

namespace RefreshTokenRotation.AspNetCore.Tests.Management;

/// <summary>Lists of refresh tokens hold still while tokens come, go and rotate.</summary>
public sealed class RefreshTokenListTests
{
    [TestCase("/users/alice/refresh-tokens?", "tokens")]
    [TestCase("/refresh-tokens?user_id=alice&client_id=spa&", "refresh_tokens")]
    public async Task Walk_shows_every_token_that_stays_exactly_once(string path, string name)
    {
        await using var host = await Admin.StartAsync();
        var issued = new List<IssueResult>();
        for (var i = 0; i < 23; i++)
        {
            host.Time.Advance(TimeSpan.FromSeconds(i % 3)); // some log in at the same instant
            issued.Add(await host.IssueAsync());
        }

        await host.Tokens.IssueAsync(new IssueRequest { Subject = "bob", ClientId = "spa" });
        var gone = issued.Where((_, i) => i % 5 == 0).ToArray();
        var seen = new List<string>();
        string? next = null;
        var pages = 0;
        do
        {
            var page = await host.AdminAsync("GET", $"{path}take=4{(next is null ? string.Empty : "&from=" + next)}");
            page.ShouldBe(200);
            seen.AddRange(page.Json.GetProperty(name).EnumerateArray().Select(token => token.GetProperty("id").GetString()!));
            next = page.Json.GetProperty("next").GetString();

            // Between two pages: a token goes, one rotates, a new one comes.
            await host.Families.DeleteAsync(TokenFamilyFilter.ForFamily(gone[Math.Min(pages, gone.Length - 1)].Family.FamilyId));
            await host.RefreshAsync(issued[22 - pages].RefreshToken.Reveal());
            host.Time.Advance(TimeSpan.FromSeconds(1));
            await host.IssueAsync();
            pages++;
        }
        while (next is not null && pages < 50);

        next.Should().BeNull();
        pages.Should().BeGreaterThan(5);
        seen.Should().OnlyHaveUniqueItems().And.Contain(issued.Except(gone).Select(result => result.Id()));
    }

    [Test]
    public async Task Page_holds_fifty_unless_another_number_is_asked_for()
    {
        await using var host = await Admin.StartAsync();
        for (var i = 0; i < 101; i++)
        {
            await host.IssueAsync();
        }

        (await CountAsync("")).Should().Be((50, true));
        (await CountAsync("?take=100")).Should().Be((100, true));
        (await CountAsync("?take=1")).Should().Be((1, true));

        async Task<(int, bool)> CountAsync(string query)
        {
            var json = (await host.AdminAsync("GET", "/users/alice/refresh-tokens" + query)).Json;
            return (json.GetProperty("tokens").GetArrayLength(), json.GetProperty("next").GetString() is not null);
        }
    }

    [Test]
    public async Task List_shows_living_tokens_of_the_user_and_client()
    {
        await using var host = await Admin.StartAsync();
        var (spa, web, ended) = (await host.IssueAsync(), await host.IssueAsync(Clients.Confidential), await host.IssueAsync());
        await host.Families.RevokeAsync(TokenFamilyFilter.ForFamily(ended.Family.FamilyId));

        (await IdsAsync("/users/alice/refresh-tokens")).Should().BeEquivalentTo(spa.Id(), web.Id());
        (await IdsAsync("/refresh-tokens?user_id=alice")).Should().BeEquivalentTo(spa.Id(), web.Id());
        (await IdsAsync("/refresh-tokens?user_id=alice&client_id=web")).Should().Equal(web.Id());
        (await IdsAsync("/users/bob/refresh-tokens")).Should().BeEmpty();

        async Task<string[]> IdsAsync(string path) =>
            [.. (await host.AdminAsync("GET", path)).Json.GetProperty(path.StartsWith("/users", StringComparison.Ordinal) ? "tokens" : "refresh_tokens").EnumerateArray().Select(token => token.GetProperty("id").GetString()!)];
    }

    [Test]
    public async Task User_whose_id_must_be_escaped_is_found()
    {
        await using var host = await Admin.StartAsync();
        var issued = await host.Tokens.IssueAsync(new IssueRequest { Subject = "auth0|a/b ü", ClientId = "spa" });
        var path = $"/users/{Uri.EscapeDataString("auth0|a/b ü")}/refresh-tokens";

        (await host.AdminAsync("GET", path)).Text.Should().Contain(issued.Id());
        (await host.AdminAsync("DELETE", path)).ShouldBe(202);
        (await host.IsAliveAsync(issued)).Should().BeFalse();
    }

    [TestCase("/users/alice/refresh-tokens?take=0", "take ('0') must be a number between 1 and 100")]
    [TestCase("/users/alice/refresh-tokens?take=101", "between 1 and 100")]
    [TestCase("/users/alice/refresh-tokens?from=x", "from must be the value of next")]
    [TestCase("/users/alice/refresh-tokens?from=", "from must be the value of next")]
    [TestCase("/users/alice/refresh-tokens?from=9223372036854775807.00112233445566778899aabbccddeeff", "from must be the value of next")]
    [TestCase("/users/alice/refresh-tokens?page=1", "'page' is unknown; known are from, take, include_totals, fields, include_fields")]
    [TestCase("/users/alice/refresh-tokens?include_totals=1", "include_totals ('1') must be true or false")]
    [TestCase("/users/alice/refresh-tokens?fields=token", "names 'token', which is unknown; known are id, user_id")]
    [TestCase("/refresh-tokens", "user_id is missing")]
    [TestCase("/refresh-tokens?client_id=spa", "user_id is missing")]
    public async Task Request_that_is_wrong_is_refused_with_the_reason(string path, string message)
    {
        await using var host = await Admin.StartAsync();

        (await host.AdminAsync("GET", path)).ShouldBe(400, message);
    }

    [TestCase("/users/alice/refresh-tokens", "tokens")]
    [TestCase("/refresh-tokens?user_id=alice", "refresh_tokens")]
    public async Task Fields_choose_what_is_shown_and_totals_are_not_counted(string path, string name)
    {
        await using var host = await Admin.StartAsync();
        await host.IssueAsync();
        var parameters = (path.Contains('?') ? "&" : "?") + "include_totals=true&fields=";

        (await host.AdminAsync("GET", $"{path}{parameters}user_id,rotating")).Text.Should().Be($$"""{"{{name}}":[{"user_id":"alice","rotating":true}],"next":null}""");
        (await host.AdminAsync("GET", $"{path}{parameters}id,device,resource_servers&include_fields=false")).Json.GetProperty(name)[0].EnumerateObject()
            .Select(member => member.Name).Should().Equal(
                "user_id", "client_id", "session_id", "rotating", "created_at", "expires_at", "idle_expires_at", "last_exchanged_at", "refresh_token_metadata");
    }

    [TestCase("GET", "/users/a%0A/refresh-tokens")]
    [TestCase("DELETE", "/users/a%0A/refresh-tokens")]
    [TestCase("POST", "/users/a%0A/revoke-access")]
    public async Task User_who_can_be_none_is_not_found(string method, string path)
    {
        await using var host = await Admin.StartAsync();

        (await host.AdminAsync(method, path, method == "POST" ? "{}" : null)).ShouldBe(404, "The user does not exist.");
    }

    [Test]
    public async Task Last_instant_there_is_can_be_a_cursor()
    {
        await using var host = await Admin.StartAsync();
        await host.IssueAsync();

        var answer = await host.AdminAsync("GET", $"/users/alice/refresh-tokens?from={DateTimeOffset.MaxValue.Ticks}.{Operation.SomeId}");

        answer.Text.Should().Be("""{"tokens":[],"next":null}""");
    }
}
