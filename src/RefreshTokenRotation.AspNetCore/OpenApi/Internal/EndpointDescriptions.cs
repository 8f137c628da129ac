using System.Reflection;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Mvc;

namespace RefreshTokenRotation.AspNetCore.Internal;

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
        builder.Describe("Says whether a token is active (RFC 7662)", AboutTokenForm)
            .Answers(StatusCodes.Status200OK, typeof(IntrospectionDescription))
            .Fails(StatusCodes.Status400BadRequest, StatusCodes.Status401Unauthorized, StatusCodes.Status503ServiceUnavailable);

    public static TBuilder DescribeGlobalRevocation<TBuilder>(this TBuilder builder)
        where TBuilder : IEndpointConventionBuilder =>
        builder.Describe("Revokes all tokens of a user (Global Token Revocation)", NoForm)
            .WithMetadata(new ProducesResponseTypeMetadata(StatusCodes.Status204NoContent))
            .Fails(
                StatusCodes.Status400BadRequest,
                StatusCodes.Status401Unauthorized,
                StatusCodes.Status403Forbidden,
                StatusCodes.Status404NotFound,
                StatusCodes.Status503ServiceUnavailable);

    public static TBuilder DescribeSecurityEvents<TBuilder>(this TBuilder builder)
        where TBuilder : IEndpointConventionBuilder =>
        builder.Describe("Receives security events (RFC 8935)", NoForm)
            .WithMetadata(new ProducesResponseTypeMetadata(StatusCodes.Status202Accepted))
            .Answers(StatusCodes.Status400BadRequest, typeof(object))
            .Fails(StatusCodes.Status503ServiceUnavailable);

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

/// <summary>The members of an error answer (RFC 6749 section 5.2), for API descriptions.</summary>
internal sealed record ErrorDescription(
    [property: JsonPropertyName("error")] string Error,
    [property: JsonPropertyName("error_description")] string? Description);

/// <summary>Tells API descriptions of one parameter.</summary>
internal sealed class FormParameter(ParameterInfo parameter) : IParameterBindingMetadata
{
    public string Name => parameter.Name!;

    public bool HasTryParse => false;

    public bool HasBindAsync => false;

    public ParameterInfo ParameterInfo => parameter;

    public bool IsOptional => parameter.HasDefaultValue;
}

/// <summary>What the endpoints read from a form, for API descriptions alone: nothing implements it. To bind the parameters by the framework would
/// compare their names without case.</summary>
/// <remarks>No parameter is called as on the wire: Microsoft.AspNetCore.OpenApi would take it for the whole form.</remarks>
internal interface IEndpointForms
{
    void Token(
        [FromForm(Name = ParameterNames.GrantType)] string grantType,
        [FromForm(Name = ParameterNames.RefreshToken)] string? refreshToken = null,
        [FromForm(Name = ParameterNames.Scope)] string? scopeTokens = null,
        [FromForm(Name = ParameterNames.Resource)] string[]? resources = null,
        [FromForm(Name = ParameterNames.Audience)] string? audienceName = null,
        [FromForm(Name = ParameterNames.ClientId)] string? clientId = null,
        [FromForm(Name = ParameterNames.ClientSecret)] string? clientSecret = null,
        [FromForm(Name = ParameterNames.ClientAssertionType)] string? clientAssertionType = null,
        [FromForm(Name = ParameterNames.ClientAssertion)] string? clientAssertion = null);

    void AboutToken(
        [FromForm(Name = ParameterNames.Token)] string tokenValue,
        [FromForm(Name = ParameterNames.TokenTypeHint)] string? tokenTypeHint = null,
        [FromForm(Name = ParameterNames.ClientId)] string? clientId = null,
        [FromForm(Name = ParameterNames.ClientSecret)] string? clientSecret = null,
        [FromForm(Name = ParameterNames.ClientAssertionType)] string? clientAssertionType = null,
        [FromForm(Name = ParameterNames.ClientAssertion)] string? clientAssertion = null);

    void Nothing();
}

/// <summary>The members of an introspection answer (RFC 7662 section 2.2), for API descriptions.</summary>
internal sealed record IntrospectionDescription(
    [property: JsonPropertyName("active")] bool Active,
    [property: JsonPropertyName("token_type")] string? TokenType,
    [property: JsonPropertyName("scope")] string? Scope,
    [property: JsonPropertyName("client_id")] string? ClientId,
    [property: JsonPropertyName("sub")] string? Subject,
    [property: JsonPropertyName("aud")] object? Audience,
    [property: JsonPropertyName("iss")] string? Issuer,
    [property: JsonPropertyName("exp")] long? ExpiresAt,
    [property: JsonPropertyName("iat")] long? IssuedAt,
    [property: JsonPropertyName("jti")] string? TokenId,
    [property: JsonPropertyName("sid")] string? SessionId,
    [property: JsonPropertyName("auth_time")] long? AuthenticationTime,
    [property: JsonPropertyName("acr")] string? Acr,
    [property: JsonPropertyName("amr")] string[]? Amr,
    [property: JsonPropertyName("cnf")] object? Confirmation);

/// <summary>The members of a token answer (RFC 6749 section 5.1), for API descriptions.</summary>
internal sealed record TokenDescription(
    [property: JsonPropertyName("access_token")] string AccessToken,
    [property: JsonPropertyName("token_type")] string TokenType,
    [property: JsonPropertyName("expires_in")] long ExpiresIn,
    [property: JsonPropertyName("refresh_token")] string? RefreshToken,
    [property: JsonPropertyName("id_token")] string? IdToken,
    [property: JsonPropertyName("scope")] string? Scope);
