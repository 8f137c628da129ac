using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Mvc.ApiExplorer;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

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
}
