namespace RefreshTokenRotation.Identity;

/// <summary>How the Identity endpoints rotate. Validated when the host starts.</summary>
public sealed class IdentityRotationOptions
{
    /// <summary>The client that the families of <c>/login</c> belong to, for policies and lists. If endpoints are mapped for further kinds of users, the families of each have
    /// this id, a colon and the full name of the user's class.</summary>
    /// <value>Default: <c>identity</c>. 1 to 255 characters.</value>
    public string ClientId { get; set; } = "identity";

    /// <summary>The kind of users that rotation was added for.</summary>
    internal Type? UserType { get; set; }

    /// <summary>Whether each request with an access token asks the store if the token's family is still active: one read by primary or unique key.
    /// Without it, access tokens of an ended family work until they expire.</summary>
    /// <value>Default: true.</value>
    public bool CheckAccessTokens { get; set; } = true;

    /// <summary>Whether refresh tokens that Identity issued before rotation was added are adopted, each once. Switch it off when the last of them has
    /// expired (<c>BearerTokenOptions.RefreshTokenExpiration</c>).</summary>
    /// <value>Default: true.</value>
    public bool AdoptIdentityTokens { get; set; } = true;

    /// <summary>Whether a user whose token was replayed gets an e-mail, if their address is confirmed: by
    /// <see cref="ITokenTheftEmailSender{TUser}"/> if the host's <c>IEmailSender&lt;TUser&gt;</c> implements it, else a password reset code.</summary>
    /// <value>Default: false.</value>
    public bool SendTheftEmail { get; set; }

    /// <summary>The tenant that a request is for, by its host name for example. A log-in belongs to it, and no other tenant accepts its tokens.</summary>
    /// <value>Default: null, for hosts without tenants. A tenant has at most 255 characters.</value>
    public Func<HttpContext, string>? ResolveTenant { get; set; }

    /// <summary>The claim that names the tenant of a user and of an access token. With <see cref="ResolveTenant"/>, anyone whose claim names another tenant than
    /// the request's is rejected; a user's claim is read again at each refresh.</summary>
    /// <value>Default: <c>org_id</c>. 1 to 255 characters.</value>
    public string TenantClaim { get; set; } = "org_id";
}
