using Microsoft.AspNetCore.Mvc;

namespace RefreshTokenRotation.AspNetCore.Internal.Descriptions;

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
