using RefreshTokenRotation.AspNetCore.Tests.Support;

namespace RefreshTokenRotation.AspNetCore.Tests.Management;

/// <summary>Tenants never see each other's, and can't change it.</summary>
public sealed class ManagementTenantTests
{
    [Test]
    public async Task Lists_and_documents_show_the_own_tenant_alone()
    {
        await using var host = await Admin.StartAsync();
        var (own, foreign) = (await host.IssueAsync(tenant: "a"), await host.IssueAsync(tenant: "b"));

        foreach (var path in (string[])["/device-credentials", "/users/alice/refresh-tokens", "/refresh-tokens?user_id=alice&client_id=spa"])
        {
            var list = await host.AdminAsync("GET", path, tenant: "a");
            list.ShouldBe(200);
            list.Text.Should().Contain(own.Id()).And.NotContain(foreign.Id());
        }

        (await host.AdminAsync("GET", $"/refresh-tokens/{own.Id()}", tenant: "a")).ShouldBe(200);
        (await host.AdminAsync("GET", $"/refresh-tokens/{foreign.Id()}", tenant: "a")).ShouldBe(404);
        (await host.AdminAsync("GET", "/grants", tenant: "a")).Json.GetArrayLength().Should().Be(1);
        (await host.AdminAsync("GET", "/grants", tenant: "c")).Json.GetArrayLength().Should().Be(0);
    }

    [Test]
    public async Task Settings_are_the_tenants_own()
    {
        await using var host = await Admin.StartAsync();

        await host.AdminAsync("PATCH", "/clients/spa", """{"refresh_token":{"leeway":33}}""", tenant: "a");

        (await host.AdminAsync("GET", "/clients/spa", tenant: "a")).Text.Should().Contain("\"leeway\":33");
        (await host.AdminAsync("GET", "/clients/spa", tenant: "b")).Text.Should().Contain("\"leeway\":0");
    }

    [TestCase("DELETE", "/device-credentials/{id}", null)]
    [TestCase("DELETE", "/grants/{grant}", null)]
    [TestCase("DELETE", "/grants?user_id=alice", null)]
    [TestCase("DELETE", "/refresh-tokens/{id}", null)]
    [TestCase("DELETE", "/users/alice/refresh-tokens", null)]
    [TestCase("POST", "/refresh-tokens/revoke", """{"ids":["{id}"]}""")]
    [TestCase("POST", "/refresh-tokens/revoke", """{"user_id":"alice"}""")]
    [TestCase("POST", "/users/alice/revoke-access", "{}")]
    [TestCase("POST", "/refresh-tokens/revoke", """{"client_id":"spa"}""")]
    [TestCase("POST", "/refresh-tokens/revoke", """{"user_id":"alice","client_id":"spa"}""")]
    [TestCase("POST", "/refresh-tokens/revoke", """{"user_id":"alice","client_id":"spa","audience":"https://api1.example/"}""")]
    public async Task Revocation_ends_nothing_of_another_tenant(string method, string path, string? body)
    {
        await using var host = await Admin.StartAsync();
        var family = await host.IssueAsync(tenant: "b");
        var grant = (await host.AdminAsync("GET", "/grants", tenant: "b")).Json[0].GetProperty("id").GetString()!;
        path = Fill(path);

        var foreign = await host.AdminAsync(method, path, body is null ? null : Fill(body), tenant: "a");
        var aliveAfterwards = await host.IsAliveAsync(family, "b");
        var own = await host.AdminAsync(method, path, body is null ? null : Fill(body), tenant: "b");

        foreign.Status.Should().Be(own.Status, "the answer does not tell that another tenant has one");
        ((int)own.Status).Should().BeOneOf(202, 204);
        aliveAfterwards.Should().BeTrue();
        (await host.IsAliveAsync(family, "b")).Should().BeFalse();

        string Fill(string text) => text.Replace("{id}", family.Id()).Replace("{grant}", grant);
    }

    [Test]
    public async Task Metadata_of_another_tenant_stay()
    {
        await using var host = await Admin.StartAsync();
        var family = await host.IssueAsync(tenant: "b");

        (await host.AdminAsync("PATCH", $"/refresh-tokens/{family.Id()}", """{"refresh_token_metadata":{"a":"b"}}""", tenant: "a")).ShouldBe(404);

        (await host.Families.FindAsync(family.Family.FamilyId, "b"))!.Metadata.Should().BeEmpty();
    }

    [TestCase("org_id=a", 200)]
    [TestCase("org_id=b", 403)]
    [TestCase("org_id=A", 403)]
    [TestCase("org_id=a;org_id=b", 403)]
    [TestCase("sub=alice", 403)]
    public async Task Administrator_of_a_tenant_manages_that_one_alone(string claims, int status)
    {
        await using var host = await Admin.StartAsync();
        var family = await host.IssueAsync(tenant: "a");

        var answer = await SendAsync(HttpMethod.Get);
        var revoked = await SendAsync(HttpMethod.Delete);

        answer.ShouldBe(status, status == 403 ? "another tenant" : null);
        revoked.ShouldBe(status == 403 ? 403 : 202);
        (await host.IsAliveAsync(family, "a")).Should().Be(status == 403);

        Task<Answer> SendAsync(HttpMethod method)
        {
            var request = new HttpRequestMessage(method, $"{Admin.Prefix}/refresh-tokens/{family.Id()}");
            request.Headers.Add("X-Tenant", "a");
            request.Headers.TryAddWithoutValidation("X-Claims", $"aud=management;scope=read:refresh_tokens delete:refresh_tokens;{claims}");
            return host.SendAsync(request);
        }
    }
}
