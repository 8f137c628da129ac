using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using RefreshTokenRotation.AspNetCore.Internal.Descriptions;

namespace RefreshTokenRotation.AspNetCore.Management.Internal.Descriptions;

/// <summary>Describes the operations to OpenAPI and its like, by metadata that routing does not act on.</summary>
internal static class ManagementDescriptions
{
    private const string Json = "application/json";

    private static readonly int[] Common =
        [StatusCodes.Status400BadRequest, StatusCodes.Status401Unauthorized, StatusCodes.Status403Forbidden, StatusCodes.Status503ServiceUnavailable];

    public static void Describe(this IEndpointConventionBuilder builder, OperationDescription description)
    {
        builder.WithSummary(description.Summary).WithTags("Management");
        builder.WithMetadata([description.Request, .. description.Request.GetParameters().Select(static parameter => new FormParameter(parameter))]);
        builder.WithMetadata(description.Answer is { } answer
            ? new ProducesResponseTypeMetadata(description.StatusCode, answer, [Json])
            : new ProducesResponseTypeMetadata(description.StatusCode, typeof(void)));
        foreach (var statusCode in Common.Concat(description.Errors))
        {
            builder.WithMetadata(statusCode == StatusCodes.Status401Unauthorized
                ? new ProducesResponseTypeMetadata(statusCode, typeof(void)) // the host's own answer
                : new ProducesResponseTypeMetadata(statusCode, typeof(ManagementErrorDescription), [Json]));
        }
    }
}
