namespace RefreshTokenRotation.Jwt;

/// <summary>The settings of access and ID tokens. They are validated when the host starts, and don't change afterwards.</summary>
public sealed class JwtAccessTokenOptions
{
    /// <summary>The issuer of the tokens (<c>iss</c>), in exactly the form that validators compare with, a slash at the end included.</summary>
    /// <value>Required. An absolute https address, or http on this machine, without query, fragment or user, of at most 600 characters.</value>
    public string Issuer { get; set; } = string.Empty;

    /// <summary>How long an access token lives, if the request does not say. A revocation does not end a JWT, so keep this short.</summary>
    /// <value>Default: 1 hour. From 1 second to 30 days, in whole seconds.</value>
    public TimeSpan AccessTokenLifetime { get; set; } = TimeSpan.FromHours(1);

    /// <summary>How long an ID token lives.</summary>
    /// <value>Default: 10 hours. From 1 second to 30 days, in whole seconds.</value>
    public TimeSpan IdTokenLifetime { get; set; } = TimeSpan.FromHours(10);

    /// <summary>The audience (<c>aud</c>) of an access token that was requested without a resource server (RFC 9068 section 3).</summary>
    /// <value>Default: null, the issuer. At most 600 characters.</value>
    public string? DefaultAudience { get; set; }

    /// <summary>The claim that names the tenant, if there is one.</summary>
    /// <value>Default: <c>org_id</c>. Not a claim of the protocol. At most 255 characters.</value>
    public string TenantClaim { get; set; } = JwtClaims.DefaultTenant;

    /// <summary>Says whether the key that a token is bound to is a DPoP key or a client certificate.</summary>
    /// <value>Default: what <see cref="AccessTokenRequest.SenderKeyKind"/> says.</value>
    public Func<AccessTokenRequest, ConfirmationMethod> SelectConfirmation { get; set; } = static request =>
        request.SenderKeyKind == SenderKeyKind.Certificate ? ConfirmationMethod.MutualTls : ConfirmationMethod.DPoP;

    /// <summary>Keys in memory.</summary>
    /// <value>Default: none. At most 50.</value>
    /// <remarks>A field, because configuration binders read properties, and warn about those that they can't create.</remarks>
#pragma warning disable CA1051 // no property, as the remark says
    public readonly IList<SigningKey> SigningKeys = [];
#pragma warning restore CA1051

    /// <summary>A folder of keys: each file <c>*.pem</c> as <see cref="SigningKey.FromFile"/> reads it.</summary>
    /// <value>Default: null, none. At most 50 files.</value>
    public string? KeyFolder { get; set; }

    /// <summary>The password of encrypted files in <see cref="KeyFolder"/>.</summary>
    /// <value>Default: null, none is encrypted.</value>
    public string? KeyFolderPassword { get; set; }

    /// <summary>After how long the folder and the key sources are read again. Add a new key at least twice this long before it activates;
    /// otherwise a node signs with a key that another does not know yet.</summary>
    /// <value>Default: 5 minutes. From 1 second to 1 day.</value>
    public TimeSpan KeyRefreshInterval { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>Whether a key is made at startup if there is no other. It ends with the process unless
    /// <see cref="DevelopmentKeyFolder"/> keeps it, is unknown to other nodes, and is announced in the log.</summary>
    /// <value>Default: false. Outside the Development environment no such key is made, and the host does not start if there is no other.</value>
    public bool GenerateDevelopmentKey { get; set; }

    /// <summary>The folder that keeps the development key, so that tokens outlive a restart and <c>dotnet watch</c>. It is created if it is missing;
    /// only its owner can read the key (mode 0600). <c>UseDevelopmentSigningKey()</c> sets it to a folder of the user's profile.</summary>
    /// <value>Default: null, the key ends with the process.</value>
    public string? DevelopmentKeyFolder { get; set; }

    /// <summary>What the development key signs with.</summary>
    /// <value>Default: RS256, which every client knows.</value>
    public SigningAlgorithm DevelopmentKeyAlgorithm { get; set; } = SigningAlgorithm.RS256;

    /// <summary>What could not be read from the configuration, each with its path.</summary>
    internal IReadOnlyList<string> ConfigurationFailures { get; set; } = [];

    /// <summary>Whether <see cref="GenerateDevelopmentKey"/> is allowed outside the Development environment: in a test, for instance.</summary>
    /// <value>Default: false.</value>
    public bool AllowDevelopmentKeyEverywhere { get; set; }
}
