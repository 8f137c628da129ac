using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using RefreshTokenRotation.AspNetCore.Management;
using RefreshTokenRotation.AspNetCore.Tests.Support;
using RefreshTokenRotation.Testing;
using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.AspNetCore.Tests.Management;

/// <summary>Every change is told: who, what, on what, and whether it was done.</summary>
public sealed class ManagementAuditTests
{
    [Test]
    public async Task Every_change_is_told_with_its_actor_and_its_filter()
    {
        var audit = new AuditLog();
        await using var host = await Admin.StartAsync(setup => setup.Build = audit.AddTo);
        var issued = new List<IssueResult>();
        for (var i = 0; i < 2; i++)
        {
            issued.Add(await host.IssueAsync());
        }

        var id = issued[0].Id();
        await host.PatchSettingsAsync("""{"leeway":5,"shadow_mode":true}""");
        await host.PatchSettingsAsync("null");
        await host.AdminAsync("PATCH", $"/refresh-tokens/{id}", """{"refresh_token_metadata":{"a":"b"}}""");
        await host.AdminAsync("DELETE", $"/refresh-tokens/{id}");
        await host.AdminAsync("DELETE", $"/device-credentials/{issued[1].Id()}");
        await host.AdminAsync("DELETE", "/grants/YQBiAGM");
        await host.AdminAsync("DELETE", "/grants?user_id=alice");
        await host.AdminAsync("DELETE", "/users/alice/refresh-tokens");
        await host.AdminAsync("POST", "/refresh-tokens/revoke", """{"user_id":"alice","client_id":"spa","audience":"x"}""");
        await host.AdminAsync("POST", "/refresh-tokens/revoke", $$"""{"ids":["{{id}}"]}""");

        audit.All.Should().OnlyContain(entry => entry.Actor == Admin.Name && entry.Succeeded && entry.OccurredAt == host.Time.GetUtcNow() && entry.TenantId.Length == 0);
        audit.All.Select(entry => (entry.Operation, entry.UserId, entry.ClientId, entry.Audience, Id: entry.FamilyIds.SingleOrDefault(), entry.Count)).Should().Equal(
            (ManagementOperation.ClientSettingsChanged, null, "spa", null, default, 1),
            (ManagementOperation.ClientSettingsReset, null, "spa", null, default, 1),
            (ManagementOperation.RefreshTokenMetadataChanged, null, null, null, issued[0].Family.FamilyId, 1),
            (ManagementOperation.RefreshTokenRevoked, null, null, null, issued[0].Family.FamilyId, 1),
            (ManagementOperation.DeviceCredentialDeleted, "alice", "spa", null, issued[1].Family.FamilyId, 1),
            (ManagementOperation.GrantDeleted, "a", "b", "c", default, 0),
            (ManagementOperation.UserGrantsDeleted, "alice", null, null, default, 0),
            (ManagementOperation.UserRefreshTokensRevoked, "alice", null, null, default, 0),
            (ManagementOperation.RefreshTokensRevoked, "alice", "spa", "x", default, 0),
            (ManagementOperation.RefreshTokensRevoked, null, null, null, issued[0].Family.FamilyId, 0));
        var settings = audit.All.First();
        settings.ChangedMembers.Should().Equal("leeway", "shadow_mode");
        (settings.Before!.Leeway, settings.After!.Leeway).Should().Be((TimeSpan.Zero, TimeSpan.FromSeconds(5)));
        audit.All.ElementAt(1).After.Should().BeNull();
    }

    [Test]
    public async Task Requests_that_change_nothing_are_not_told()
    {
        var audit = new AuditLog();
        await using var host = await Admin.StartAsync(setup => setup.Build = audit.AddTo);

        foreach (var operation in Operation.All)
        {
            await host.AdminAsync(operation.Method, operation.Path, operation.Body, scopes: "none");
        }

        foreach (var operation in Operation.All.Where(operation => operation.Method == "GET"))
        {
            await host.AdminAsync(operation.Method, operation.Path);
        }

        await host.PatchSettingsAsync("""{"leeway":-1}""");
        await host.PatchSettingsAsync("{}");
        await host.AdminAsync("PATCH", $"/refresh-tokens/{Operation.SomeId}", """{"refresh_token_metadata":{}}""");

        audit.All.Should().BeEmpty();
    }

    [Test]
    public async Task Change_that_failed_is_told_as_one()
    {
        var audit = new AuditLog();
        await using var host = await Admin.StartAsync(setup => setup.Build = audit.AddTo);
        host.Store.OnNext(StoreCall.Revoke, StoreFault.ThrowAfterWrite);

        (await host.AdminAsync("DELETE", "/users/alice/refresh-tokens")).ShouldBe(503);

        var entry = audit.All.Should().ContainSingle().Subject;
        (entry.Operation, entry.UserId, entry.Succeeded).Should().Be((ManagementOperation.UserRefreshTokensRevoked, "alice", false));
    }

    [TestCase("""{"leeway":5}""", ManagementOperation.ClientSettingsChanged)]
    [TestCase("null", ManagementOperation.ClientSettingsReset)]
    public async Task Whatever_a_policy_store_throws_is_an_outage_that_is_logged_and_told(string settings, ManagementOperation operation)
    {
        var audit = new AuditLog();
        await using var host = await Admin.StartAsync(setup => setup.Build = rotation =>
        {
            audit.AddTo(rotation);
            rotation.Services.Replace(ServiceDescriptor.Singleton<IRotationPolicyStore, ThrowingPolicyStore>());
        });

        var answer = await host.PatchSettingsAsync(settings);

        answer.ShouldBe(503);
        answer.Text.Should().NotContain("driver");
        host.Logs.Of(301).Should().ContainSingle().Which.Level.Should().Be(LogLevel.Error);
        var entry = audit.All.Should().ContainSingle().Subject;
        (entry.Operation, entry.ClientId, entry.Succeeded).Should().Be((operation, "spa", false));
    }

    [Test]
    public async Task Audit_that_throws_does_not_change_the_answer()
    {
        var audit = new AuditLog { Failure = new InvalidOperationException("the disk is full") };
        await using var host = await Admin.StartAsync(setup => setup.Build = audit.AddTo);
        var issued = await host.IssueAsync();

        (await host.AdminAsync("DELETE", $"/refresh-tokens/{issued.Id()}")).ShouldBe(202);
        (await host.PatchSettingsAsync("""{"leeway":5}""")).ShouldBe(200);

        (await host.IsAliveAsync(issued)).Should().BeFalse();
        host.Logs.Of(315).Should().HaveCount(2).And.OnlyContain(entry => entry.Level == LogLevel.Error && entry.Exception == audit.Failure);
    }

    [Test]
    public async Task Log_is_the_audit_unless_the_host_names_another_and_holds_no_secret()
    {
        await using var host = await Admin.StartAsync();
        var issued = await host.IssueAsync();
        var token = (await host.RefreshAsync(issued.RefreshToken.Reveal())).RefreshToken!;

        await host.PatchSettingsAsync("""{"leeway":5}""");
        await host.AdminAsync("PATCH", $"/refresh-tokens/{issued.Id()}", """{"refresh_token_metadata":{"key":"hush"}}""");
        await host.AdminAsync("DELETE", "/grants?user_id=alice");
        await host.AdminAsync("DELETE", $"/refresh-tokens/{issued.Id()}");
        host.Store.OnNext(StoreCall.Revoke, StoreFault.ThrowBeforeWrite);
        await host.AdminAsync("DELETE", $"/refresh-tokens/{issued.Id()}");

        var entries = host.Logs.Entries.Where(entry => entry.Category == "RefreshTokenRotation.ManagementAudit").ToArray();
        entries.Select(entry => entry.Id.Id).Should().Equal(311, 314, 312, 313, 316);
        entries.Should().OnlyContain(entry => entry.Values().Contains(Admin.Name));
        entries[0].Message.Should().Contain("client spa").And.Contain("leeway").And.Contain("00:00:05");
        entries[2].Message.Should().Contain("user alice").And.Contain("1 families ended");
        foreach (var secret in new[] { "hush", token[4..], issued.RefreshToken.Reveal()[4..] })
        {
            host.Logs.Entries.Should().NotContain(entry => entry.Message.Contains(secret) || entry.Values().Contains(secret));
        }
    }

    [Test]
    public async Task Hosts_own_audit_is_chosen_by_its_type()
    {
        await using var host = await Admin.StartAsync(setup => setup.Build = rotation => rotation.UseManagementAudit<AuditLog>());

        await host.AdminAsync("DELETE", "/users/alice/refresh-tokens");

        ((AuditLog)host.Services.GetRequiredService<IManagementAudit>()).All.Should().ContainSingle();
    }

    /// <summary>Reads, and fails in each write as some drivers do.</summary>
    private sealed class ThrowingPolicyStore : IRotationPolicyStore
    {
        public ValueTask<RotationPolicy?> FindAsync(string clientId, string tenantId, CancellationToken cancellationToken) => new((RotationPolicy?)null);

        public ValueTask<VersionedRotationPolicy?> ReadAsync(string clientId, string tenantId, CancellationToken cancellationToken) => new((VersionedRotationPolicy?)null);

        public ValueTask<bool> TrySetAsync(string clientId, string tenantId, RotationPolicy? policy, string? version, CancellationToken cancellationToken) =>
            throw new ArgumentException("a driver's text", nameof(policy));
    }
}
