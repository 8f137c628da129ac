using System.Reflection;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Mvc;

namespace RefreshTokenRotation.AspNetCore.Internal;

/// <summary>Describes the endpoints to OpenAPI and its like by metadata that routing does not act on: the accepted content types are left out on
/// purpose, for the router would answer for them.</summary>
internal static class EndpointDescriptions
{
    /// <summary>Describes an OAuth endpoint.</summary>
    /// <param name="builder">The endpoint.</param>
    /// <param name="summary">What it does.</param>
    /// <param name="form">The method of <see cref="IEndpointForms"/> that says what it reads.</param>
    /// <param name="success">The answer of success.</param>
    /// <param name="errors">The statuses of its errors.</param>
    public static IEndpointConventionBuilder Describe(
        this IEndpointConventionBuilder builder, string summary, string form, (int StatusCode, Type? Body) success, params int[] errors) =>
        builder.Describe(
            "OAuth", summary, typeof(IEndpointForms).GetMethod(form)!, [success, .. errors.Select(static status => (status, (Type?)typeof(ErrorDescription)))]);

    /// <summary>Describes an endpoint by a method with the parameters that it reads, and by its answers.</summary>
    public static IEndpointConventionBuilder Describe(
        this IEndpointConventionBuilder builder, string tag, string summary, MethodInfo reads, IEnumerable<(int StatusCode, Type? Body)> answers) =>
        builder.WithSummary(summary).WithTags(tag).WithMetadata(
        [
            reads,
            .. reads.GetParameters().Select(static parameter => new FormParameter(parameter)),
            .. answers.Select(static answer => new ProducesResponseTypeMetadata(
                answer.StatusCode, answer.Body, answer.Body is null || answer.Body == typeof(void) ? null : ["application/json"])),
        ]);
}

/// <summary>The members of an error answer (RFC 6749 section 5.2), for API descriptions.</summary>
internal sealed record ErrorDescription(
    [property: JsonPropertyName("error")] string Error,
    [property: JsonPropertyName("error_description")] string? Description);

/// <summary>One parameter, for API descriptions.</summary>
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
