namespace RefreshTokenRotation.AspNetCore;

/// <summary>
/// A grant type at the token endpoint: <c>authorization_code</c>, <c>password</c>, <c>urn:ietf:params:oauth:grant-type:device_code</c> or your own.
/// The endpoint parses the request, authenticates the client and issues the tokens; the handler decides for which user and which scope. A scoped
/// handler comes from the scope of the request.
/// </summary>
public interface IGrantTypeHandler
{
    /// <summary>The value of <c>grant_type</c>, compared exactly. It is always the same.</summary>
    string GrantType { get; }

    /// <summary>Decides on a request. It must consume nothing: redeem codes in <see cref="GrantTypeResult.Granted.RedeemAsync"/>.</summary>
    /// <param name="context">The request.</param>
    /// <param name="cancellationToken">The request's.</param>
    /// <returns>The user and what they grant, or the error.</returns>
    ValueTask<GrantTypeResult> AuthorizeAsync(GrantTypeContext context, CancellationToken cancellationToken);
}
