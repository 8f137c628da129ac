using Microsoft.AspNetCore.Builder;
using RefreshTokenRotation.AspNetCore.Management;
using RefreshTokenRotation.AspNetCore.Tests.Support;

namespace RefreshTokenRotation.AspNetCore.Tests.Management;

/// <summary>Who may manage.</summary>
public sealed class ManagementAccessTests
{
    private static readonly Operation[] AllOperations = Operation.All;

    [TestCaseSource(nameof(AllOperations))]
    public async Task Operation_needs_its_own_permission_and_no_other(object boxed)
    {
        var operation = (Operation)boxed;
        await using var host = await Admin.StartAsync();
        var others = string.Join(' ', ManagementScopes.All.Where(scope => scope != operation.Scope));

        var without = await host.AdminAsync(operation.Method, operation.Path, operation.Body, others);
        var with = await host.AdminAsync(operation.Method, operation.Path, operation.Body, operation.Scope);

        without.ShouldBe(403, $"Insufficient scope, expected any of: {operation.Scope}");
        without.Error.Should().Be("Forbidden");
        with.ShouldBe(operation.Status);
    }

    [TestCaseSource(nameof(AllOperations))]
    public async Task Operation_is_refused_to_strangers_and_to_those_whom_the_policy_does_not_admit(object boxed)
    {
        var operation = (Operation)boxed;
        await using var host = await Admin.StartAsync();

        var stranger = await host.SendAsync(new HttpRequestMessage(new HttpMethod(operation.Method), Admin.Prefix + operation.Path));
        var other = new HttpRequestMessage(new HttpMethod(operation.Method), Admin.Prefix + operation.Path);
        other.SignIn(operation.Scope, audience: "another api");
        var unfit = await host.SendAsync(other);

        ((int)stranger.Status).Should().Be(401);
        ((int)unfit.Status).Should().Be(403);
        unfit.Body.Should().BeEmpty("it is the host's answer");
    }

    [TestCase("scope", "read:grants read:clients", 200)]
    [TestCase("scp", "read:clients", 200)]
    [TestCase("permissions", "read:clients", 200)]
    [TestCase("http://schemas.microsoft.com/identity/claims/scope", "read:clients", 200)]
    [TestCase("scope", "read:clients2", 403)]
    [TestCase("scope", "Read:Clients", 403)]
    [TestCase("scope", "", 403)]
    [TestCase("roles", "read:clients", 403)]
    public async Task Permission_is_found_in_the_claims_that_carry_scope(string claim, string value, int status)
    {
        await using var host = await Admin.StartAsync();
        var request = new HttpRequestMessage(HttpMethod.Get, Admin.Prefix + "/clients/spa");
        request.SignIn(value, claim);

        (await host.SendAsync(request)).ShouldBe(status);
    }

    [Test]
    public async Task Outer_group_that_admits_anybody_gives_nobody_a_permission()
    {
        await using var host = await Admin.StartAsync(setup => setup.Map = static endpoints => endpoints.MapGroup(string.Empty).AllowAnonymous().MapRefreshTokenManagement(Admin.Policy));

        (await host.SendAsync(new HttpRequestMessage(HttpMethod.Get, Admin.Prefix + "/clients/spa"))).ShouldBe(403);
    }

    [Test]
    public async Task Management_is_not_mapped_unless_the_host_names_a_policy()
    {
        await using var host = await Admin.StartAsync(setup => setup.Map = static endpoints => endpoints.MapRefreshTokenRotation());

        foreach (var operation in AllOperations)
        {
            ((int)(await host.AdminAsync(operation.Method, operation.Path, operation.Body)).Status).Should().Be(404);
        }
    }

    [TestCase(null)]
    [TestCase("")]
    [TestCase(" ")]
    public async Task Policy_must_have_a_name(string? policy)
    {
        await using var host = await Admin.StartAsync(setup => setup.Map = endpoints =>
            endpoints.Invoking(app => app.MapRefreshTokenManagement(policy!)).Should().Throw<ArgumentException>());
    }

    [Test]
    public async Task Host_without_authorization_does_not_start()
    {
        var start = () => TestHost.StartAsync(setup => setup.Map = static endpoints => endpoints.MapRefreshTokenManagement(Admin.Policy));

        await start.Should().ThrowAsync<InvalidOperationException>().WithMessage("*AddAuthorization*management*");
    }

    [Test]
    public async Task Prefix_is_the_hosts()
    {
        await using var host = await Admin.StartAsync(setup => setup.Map = static endpoints => endpoints.MapRefreshTokenManagement(Admin.Policy, "/admin"));
        var request = new HttpRequestMessage(HttpMethod.Get, "/admin/clients/spa");
        request.SignIn(ManagementScopes.ReadClients);

        (await host.SendAsync(request)).ShouldBe(200);
    }

    [TestCase("PUT", "/clients/spa", "GET, PATCH")]
    [TestCase("POST", "/grants", "GET, DELETE")]
    [TestCase("GET", "/refresh-tokens/revoke", "POST")]
    [TestCase("GET", "/device-credentials/1", "DELETE")]
    public async Task Other_methods_are_not_allowed(string method, string path, string allowed)
    {
        await using var host = await Admin.StartAsync();

        var answer = await host.AdminAsync(method, path);

        answer.ShouldBe(405);
        answer.Header("Allow").Should().Be(allowed);
    }
}
