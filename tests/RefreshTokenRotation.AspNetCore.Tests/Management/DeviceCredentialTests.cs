using RefreshTokenRotation.AspNetCore.Tests.Support;

namespace RefreshTokenRotation.AspNetCore.Tests.Management;

/// <summary>Lists and deletes device credentials.</summary>
public sealed class DeviceCredentialTests
{
    [Test]
    public async Task List_shows_living_tokens_and_nothing_secret()
    {
        await using var host = await Admin.StartAsync();
        var issued = await host.Tokens.IssueAsync(new IssueRequest
        {
            Subject = "auth0|7",
            ClientId = "spa",
            Resources = [Clients.Api1],
            Device = new DeviceInfo { Name = "Kitchen tablet" },
        });
        var ended = await host.IssueAsync();
        await host.Families.RevokeAsync(TokenFamilyFilter.ForFamily(ended.Family.FamilyId));

        var answer = await host.AdminAsync("GET", "/device-credentials");

        answer.ShouldBe(200);
        answer.Text.Should().Be(
            $$"""[{"id":"{{issued.Id()}}","device_name":"Kitchen tablet","type":"rotating_refresh_token","user_id":"auth0|7","client_id":"spa"}]""");
    }

    [Test]
    public async Task List_is_filtered_by_user_client_and_type()
    {
        await using var host = await Admin.StartAsync(setup => setup.Rotation(options => options.ClientPolicies[Clients.Confidential] = RotationPolicy.Fapi));
        var rotating = await host.IssueAsync();
        host.Time.Advance(TimeSpan.FromSeconds(1));
        var reusable = await host.IssueAsync(Clients.Confidential);

        (await ListAsync("")).Should().Equal(rotating.Id(), reusable.Id());
        (await ListAsync("?type=refresh_token")).Should().Equal(reusable.Id());
        (await ListAsync("?type=rotating_refresh_token")).Should().Equal(rotating.Id());
        (await ListAsync("?page=0")).Should().Equal([reusable.Id()], "the seeds' default where pages are asked for");
        (await ListAsync("?client_id=spa")).Should().Equal(rotating.Id());
        (await ListAsync("?user_id=alice&client_id=web")).Should().Equal(reusable.Id());
        (await ListAsync("?user_id=bob")).Should().BeEmpty();

        async Task<string[]> ListAsync(string query) =>
            [.. (await host.AdminAsync("GET", "/device-credentials" + query)).Json.EnumerateArray().Select(item => item.GetProperty("id").GetString()!)];
    }

    [Test]
    public async Task Pages_and_totals_are_counted_from_the_oldest()
    {
        await using var host = await Admin.StartAsync();
        var all = new List<string>();
        for (var i = 0; i < 7; i++)
        {
            host.Time.Advance(TimeSpan.FromSeconds(1));
            all.Add((await host.IssueAsync()).Id());
        }

        var page = await host.AdminAsync("GET", "/device-credentials?type=rotating_refresh_token&page=1&per_page=3&include_totals=true&fields=id");
        var last = await host.AdminAsync("GET", "/device-credentials?type=rotating_refresh_token&page=2&per_page=3");
        var beyond = await host.AdminAsync("GET", "/device-credentials?type=rotating_refresh_token&page=9&per_page=100");

        page.Text.Should().Be($$"""{"start":3,"limit":3,"total":7,"device_credentials":[{"id":"{{all[3]}}"},{"id":"{{all[4]}}"},{"id":"{{all[5]}}"}]}""");
        last.Json.GetArrayLength().Should().Be(1);
        beyond.Json.GetArrayLength().Should().Be(0);
    }

    [Test]
    public async Task Page_that_begins_where_the_list_ends_is_empty_and_the_one_before_may_be_shorter()
    {
        await using var host = await Admin.StartAsync();
        for (var i = 0; i < Paging.MaxResults + 10; i++)
        {
            await host.Tokens.IssueAsync(new IssueRequest { Subject = $"user{i}", ClientId = "spa" });
        }

        (await CountAsync("page=19&per_page=50")).Should().Be(50);
        (await CountAsync("page=20&per_page=50")).Should().Be(0);
        (await CountAsync("page=14&per_page=70")).Should().Be(20);

        async Task<int> CountAsync(string page)
        {
            var answer = await host.AdminAsync("GET", $"/device-credentials?type=rotating_refresh_token&include_totals=true&{page}");
            answer.Json.GetProperty("total").GetInt32().Should().Be(Paging.MaxResults);
            return answer.Json.GetProperty("device_credentials").GetArrayLength();
        }
    }

    [Test]
    public async Task There_are_no_public_keys_and_no_device_ids()
    {
        await using var host = await Admin.StartAsync();
        await host.IssueAsync();

        (await host.AdminAsync("GET", "/device-credentials?type=public_key")).Text.Should().Be("[]");
        (await host.AdminAsync("GET", "/device-credentials?type=public_key&include_totals=true")).Text
            .Should().Be("""{"start":0,"limit":50,"total":0,"device_credentials":[]}""");
        (await host.AdminAsync("GET", "/device-credentials?fields=device_id,user_id")).Text.Should().Be("""[{"user_id":"alice"}]""");
    }

    [Test]
    public async Task Fields_may_be_left_out()
    {
        await using var host = await Admin.StartAsync();
        await host.IssueAsync();

        (await host.AdminAsync("GET", "/device-credentials?fields=id,device_name,type&include_fields=false")).Text.Should().Be("""[{"user_id":"alice","client_id":"spa"}]""");
    }

    [TestCase("page=-1", "page ('-1') must be a number between 0 and 1000")]
    [TestCase("per_page=0", "per_page ('0') must be a number between 1 and 100")]
    [TestCase("per_page=101", "between 1 and 100")]
    [TestCase("per_page=ten", "per_page ('ten')")]
    [TestCase("page=11&per_page=100", "page (11) and per_page (100) lead beyond the first 1000 results")]
    [TestCase("page=21", "lead beyond the first 1000 results")]
    [TestCase("include_totals=yes", "include_totals ('yes') must be true or false")]
    [TestCase("include_fields=1", "include_fields ('1') must be true or false")]
    [TestCase("type=key", "type ('key') must be public_key, refresh_token or rotating_refresh_token")]
    [TestCase("fields=id,token", "names 'token', which is unknown; known are id, device_name")]
    [TestCase("user_id=", "user_id must be a text of 1 to 255 characters")]
    [TestCase("client_id=%00", "client_id must be a text of 1 to 255 characters without control characters")]
    [TestCase("user_id=a&user_id=b", "user_id is given more than once")]
    [TestCase("userid=a", "'userid' is unknown; known are user_id, client_id")]
    [TestCase("User_Id=a", "'User_Id' is unknown")]
    public async Task Query_that_is_wrong_is_refused_with_the_reason(string query, string message)
    {
        await using var host = await Admin.StartAsync();

        (await host.AdminAsync("GET", "/device-credentials?" + query)).ShouldBe(400, message);
    }

    [Test]
    public async Task Deleting_ends_the_grant_of_user_client_and_api_and_no_more()
    {
        await using var host = await Admin.StartAsync();
        var (device, sibling, both) = (await host.IssueAsync(), await host.IssueAsync(), await host.IssueAsync(resources: $"{Clients.Api1} {Clients.Api2}"));
        var (otherApi, otherClient) = (await host.IssueAsync(resources: Clients.Api2), await host.IssueAsync(Clients.OtherPublic));

        var answer = await host.AdminAsync("DELETE", $"/device-credentials/{device.Id()}");

        answer.ShouldBe(204);
        answer.Body.Should().BeEmpty();
        (await host.IsAliveAsync(device)).Should().BeFalse();
        (await host.IsAliveAsync(sibling)).Should().BeFalse();
        (await host.IsAliveAsync(both)).Should().BeFalse("it was issued for this API among others");
        (await host.IsAliveAsync(otherApi)).Should().BeTrue();
        (await host.IsAliveAsync(otherClient)).Should().BeTrue();
        (await host.RefreshAsync(device.RefreshToken.Reveal())).ShouldBeError(400, "invalid_grant");
    }

    [Test]
    public async Task Deleting_a_second_time_spares_a_later_log_in()
    {
        await using var host = await Admin.StartAsync();
        var device = await host.IssueAsync();
        await host.AdminAsync("DELETE", $"/device-credentials/{device.Id()}");
        host.Time.Advance(TimeSpan.FromSeconds(1));
        var later = await host.IssueAsync();

        (await host.AdminAsync("DELETE", $"/device-credentials/{device.Id()}")).ShouldBe(204);

        (await host.IsAliveAsync(later)).Should().BeTrue();
    }

    [Test]
    public async Task Deleting_an_expired_credential_ends_nothing()
    {
        await using var host = await Admin.StartAsync();
        var device = await host.IssueAsync();
        host.Time.Advance(TimeSpan.FromDays(31));
        var later = await host.IssueAsync();

        (await host.AdminAsync("DELETE", $"/device-credentials/{device.Id()}")).ShouldBe(204);

        (await host.IsAliveAsync(later)).Should().BeTrue();
    }

    [TestCase("1")]
    [TestCase("00112233445566778899aabbccddeefg")]
    [TestCase("{00112233-4455-6677-8899-aabbccddeeff}")]
    public async Task Id_that_can_be_none_is_not_found(string id)
    {
        await using var host = await Admin.StartAsync();

        (await host.AdminAsync("DELETE", $"/device-credentials/{id}")).ShouldBe(404, "The device credential does not exist.");
    }
}
