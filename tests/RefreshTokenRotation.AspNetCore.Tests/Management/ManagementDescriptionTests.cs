using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Mvc.ApiExplorer;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using RefreshTokenRotation.AspNetCore.Tests.Support;

namespace RefreshTokenRotation.AspNetCore.Tests.Management;

/// <summary>The operations describe themselves to OpenAPI and its like.</summary>
public sealed class ManagementDescriptionTests
{
    [Test]
    public async Task Every_operation_has_a_summary_answers_and_parameters()
    {
        await using var host = await Admin.StartAsync(setup => setup.Build = static rotation => rotation.Services.AddEndpointsApiExplorer());
        var described = host.Services.GetRequiredService<IApiDescriptionGroupCollectionProvider>().ApiDescriptionGroups.Items
            .SelectMany(group => group.Items).Where(api => api.RelativePath!.StartsWith("api/v2", StringComparison.Ordinal)).ToArray();

        described.Should().HaveCount(Operation.All.Length);
        described.Should().OnlyContain(api => api.SupportedResponseTypes.Any(type => type.StatusCode >= 200 && type.StatusCode < 300)
            && api.SupportedResponseTypes.Any(type => type.StatusCode == 403) && api.SupportedResponseTypes.Any(type => type.StatusCode == 503));
        described.Single(api => api.HttpMethod == "GET" && api.RelativePath == "api/v2/device-credentials").ParameterDescriptions.Select(parameter => parameter.Name)
            .Should().Equal("user_id", "client_id", "type", "page", "per_page", "include_totals", "fields", "include_fields");
        described.Single(api => api.HttpMethod == "PATCH" && api.RelativePath == "api/v2/clients/{id}").ParameterDescriptions.Select(parameter => parameter.Source.Id)
            .Should().Equal("Path", "Body", "Header");
        host.Services.GetRequiredService<EndpointDataSource>().Endpoints.Where(endpoint => endpoint.DisplayName!.Contains("/api/v2"))
            .Count(endpoint => endpoint.Metadata.GetMetadata<IEndpointSummaryMetadata>() is { Summary.Length: > 5 }).Should().Be(Operation.All.Length);
    }

    [Test]
    public async Task Schema_is_that_of_the_body_that_is_sent()
    {
        await using var host = await Admin.StartAsync(setup =>
        {
            setup.Build = static rotation => rotation.Services.AddOpenApi();
            var map = setup.Map!;
            setup.Map = endpoints =>
            {
                map(endpoints);
                endpoints.MapOpenApi();
            };
        });
        var issued = await host.IssueAsync();
        var schemas = (await host.SendAsync(new HttpRequestMessage(HttpMethod.Get, "/openapi/v1.json"))).Json.GetProperty("components").GetProperty("schemas");
        var client = (await host.AdminAsync("GET", "/clients/spa")).Json;
        var token = (await host.AdminAsync("GET", $"/refresh-tokens/{issued.Id()}")).Json;

        Names("SettingsBody").Should().Equal(Members(client.GetProperty("refresh_token")));
        Names("RefreshTokenBody").Should().Equal(Members(token));
        Names("DeviceBody").Should().Equal(Members(token.GetProperty("device")));
        Names("BulkRevocationBody").Should().Equal("ids", "user_id", "client_id", "audience");
        Setting("leeway").GetProperty("description").GetString().Should().Be("a whole number of seconds, as a number or a numeric string, of at most 922337203685");
        schemas.ToString().Should().Contain("\"user_and_client\"", "the words of an enum are those of the wire").And.Contain("\"non-rotating\"");

        JsonElement Setting(string name) => schemas.GetProperty("SettingsBody").GetProperty("properties").GetProperty(name);
        IEnumerable<string> Names(string schema) => Members(schemas.GetProperty(schema).GetProperty("properties"));
        static IEnumerable<string> Members(JsonElement json) => json.EnumerateObject().Select(member => member.Name);
    }
}
