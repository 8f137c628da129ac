using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using RefreshTokenRotation.AspNetCore.Tests.Support;

namespace RefreshTokenRotation.AspNetCore.Tests;

/// <summary>Endpoints of the host's own read, authenticate and report as the token endpoint does.</summary>
public sealed class ClientEndpointTests
{
    private const string Path = "/own";

    [Test]
    public async Task Handler_sees_client_parameters_scope_and_apis()
    {
        await using var host = await StartAsync();

        var answer = await host.PostAsync(Path, "client_id=spa&scope=openid+read&resource=https://API1.example&audience=https://api2.example/&x=1");

        ((int)answer.Status).Should().Be(200, answer.Text);
        answer.Text.Should().Be($"spa|openid read|{Clients.Api1} {Clients.Api2}|1|");
        answer.ShouldNotBeCached();
    }

    [TestCase("web", Clients.Secret, 200)]
    [TestCase("web", "guessed", 401)]
    [TestCase("nobody", "guessed", 401)]
    public async Task Confidential_client_authenticates_by_the_header(string client, string secret, int status)
    {
        await using var host = await StartAsync();

        var answer = await host.PostAsync(Path, "x=1", request => request.Basic(client, secret));

        ((int)answer.Status).Should().Be(status, answer.Text);
        answer.ShouldNotBeCached();
    }

    [TestCase("", 400, "invalid_client")]
    [TestCase("client_id=web", 400, "invalid_client")]
    [TestCase("client_id=spa&client_id=spa", 400, "invalid_request")]
    [TestCase("client_id=spa&scope=a%22", 400, "invalid_scope")]
    [TestCase("client_id=spa&resource=https://unknown.example/", 400, "invalid_target")]
    [TestCase("client_id=spa&fail=reject", 403, "access_denied")]
    [TestCase("client_id=spa&fail=throw", 503, "temporarily_unavailable")]
    [TestCase("client_id=spa&fail=null", 503, "temporarily_unavailable")]
    public async Task Refusal_has_the_form_of_the_token_endpoint(string form, int status, string error)
    {
        await using var host = await StartAsync();

        (await host.PostAsync(Path, form)).ShouldBeError(status, error);
    }

    [Test]
    public async Task Json_body_is_read_where_the_options_allow_it([Values] bool isAllowed)
    {
        await using var host = await StartAsync(options => options.AllowJsonBodies = isAllowed);

        var answer = await host.SendAsync(new HttpRequestMessage(HttpMethod.Post, Path)
        {
            Content = new StringContent("""{"client_id":"spa","x":"1"}""", System.Text.Encoding.UTF8, "application/json"),
        });

        ((int)answer.Status).Should().Be(isAllowed ? 200 : 400, answer.Text);
    }

    [Test]
    public async Task Scripts_of_the_clients_origin_may_read_the_answer_and_preflights_are_admitted()
    {
        await using var host = await StartAsync();

        var ours = await host.PostAsync(Path, "client_id=spa", request => request.Headers.Add("Origin", Clients.Origin));
        var theirs = await host.PostAsync(Path, "client_id=spa", request => request.Headers.Add("Origin", "https://evil.example"));
        var preflight = await host.SendAsync(new HttpRequestMessage(HttpMethod.Options, Path), request =>
        {
            request.Headers.Add("Origin", Clients.Origin);
            request.Headers.Add("Access-Control-Request-Method", "POST");
        });

        ours.Header("Access-Control-Allow-Origin").Should().Be(Clients.Origin);
        theirs.Header("Access-Control-Allow-Origin").Should().BeNull();
        preflight.Header("Access-Control-Allow-Methods").Should().Be("POST");
    }

    [Test]
    public async Task Other_methods_are_405()
    {
        await using var host = await StartAsync();

        (await host.SendAsync(new HttpRequestMessage(HttpMethod.Get, Path))).ShouldBeError(405, "invalid_request");
    }

    [Test]
    public void Rejection_needs_a_code() => FluentActions.Invoking(() => ClientRequest.Reject(string.Empty)).Should().Throw<ArgumentException>();

    private static Task<TestHost> StartAsync(Action<RefreshTokenEndpointOptions>? configure = null) => TestHost.StartAsync(setup =>
    {
        setup.Endpoints(configure ?? (static _ => { }));
        setup.Map = static endpoints => endpoints.MapClientEndpoint(Path, Handle);
    });

    private static ValueTask<IResult> Handle(ClientRequest request, CancellationToken cancellationToken) => new(request.Parameters["fail"] switch
    {
        "reject" => ClientRequest.Reject("access_denied", "Not \"you\".", 403),
        "throw" => throw new InvalidOperationException("the host's own code"),
        "null" => null!,
        _ => Results.Text(
            $"{request.Client.ClientId}|{string.Join(' ', request.Scopes)}|{string.Join(' ', request.Resources)}|{request.Parameters["x"]}|{request.TenantId}"),
    });
}
