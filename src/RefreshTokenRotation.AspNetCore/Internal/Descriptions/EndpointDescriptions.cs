using System.Reflection;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace RefreshTokenRotation.AspNetCore.Internal.Descriptions;

/// <summary>Describes the endpoints to OpenAPI and its like by metadata that routing does not act on: the accepted content types are left out on
/// purpose, for the router would answer for them.</summary>
internal static class EndpointDescriptions
{
    private const string Json = "application/json";

    private static readonly MethodInfo TokenForm = Form(nameof(IEndpointForms.Token));
    private static readonly MethodInfo AboutTokenForm = Form(nameof(IEndpointForms.AboutToken));
    private static readonly MethodInfo NoForm = Form(nameof(IEndpointForms.Nothing));

    public static TBuilder DescribeToken<TBuilder>(this TBuilder builder)
        where TBuilder : IEndpointConventionBuilder =>
        builder.Describe("Issues tokens (RFC 6749)", TokenForm)
            .Answers(StatusCodes.Status200OK, typeof(TokenDescription))
            .Fails(StatusCodes.Status400BadRequest, StatusCodes.Status401Unauthorized, StatusCodes.Status503ServiceUnavailable);

    public static TBuilder DescribeRevocation<TBuilder>(this TBuilder builder)
        where TBuilder : IEndpointConventionBuilder =>
        builder.Describe("Revokes a refresh token (RFC 7009)", AboutTokenForm)
            .WithMetadata(new ProducesResponseTypeMetadata(StatusCodes.Status200OK))
            .Fails(StatusCodes.Status400BadRequest, StatusCodes.Status401Unauthorized, StatusCodes.Status503ServiceUnavailable);

    public static TBuilder DescribeIntrospection<TBuilder>(this TBuilder builder)
        where TBuilder : IEndpointConventionBuilder =>
        builder.Describe("Tells whether a token is active (RFC 7662)", AboutTokenForm)
            .Answers(StatusCodes.Status200OK, typeof(IntrospectionDescription))
            .Fails(StatusCodes.Status400BadRequest, StatusCodes.Status401Unauthorized, StatusCodes.Status503ServiceUnavailable);

    public static TBuilder DescribeDocument<TBuilder>(this TBuilder builder, string summary)
        where TBuilder : IEndpointConventionBuilder =>
        builder.Describe(summary, NoForm).Answers(StatusCodes.Status200OK, typeof(object)).Fails(StatusCodes.Status503ServiceUnavailable);

    private static TBuilder Describe<TBuilder>(this TBuilder builder, string summary, MethodInfo form)
        where TBuilder : IEndpointConventionBuilder =>
        builder.WithSummary(summary).WithTags("OAuth").WithMetadata([form, .. form.GetParameters().Select(static parameter => new FormParameter(parameter))]);

    private static TBuilder Answers<TBuilder>(this TBuilder builder, int statusCode, Type type)
        where TBuilder : IEndpointConventionBuilder =>
        builder.WithMetadata(new ProducesResponseTypeMetadata(statusCode, type, [Json]));

    private static TBuilder Fails<TBuilder>(this TBuilder builder, params int[] statusCodes)
        where TBuilder : IEndpointConventionBuilder
    {
        foreach (var statusCode in statusCodes)
        {
            builder.Answers(statusCode, typeof(ErrorDescription));
        }

        return builder;
    }

    private static MethodInfo Form(string name) => typeof(IEndpointForms).GetMethod(name)!;
}
