using Microsoft.Extensions.Options;

namespace RefreshTokenRotation.AspNetCore;

/// <summary>How security events are made. Validated when the host starts.</summary>
public sealed class SecurityEventOptions
{
    /// <summary>The sender (<c>iss</c>), which is also the issuer of the users that events name.</summary>
    /// <value>Default: <see cref="IAccessTokenIssuer.Issuer"/>.</value>
    public string? Issuer { get; set; }

    /// <summary>The receiver (<c>aud</c>), as agreed with the receiver.</summary>
    /// <value>Required.</value>
    public string Audience { get; set; } = string.Empty;
}

/// <summary>Where and how security events are pushed (RFC 8935). Validated when the host starts.</summary>
public sealed class SecurityEventPushOptions
{
    /// <summary>The receiver's endpoint.</summary>
    /// <value>Required: https, or http on the loopback.</value>
    public Uri? Endpoint { get; set; }

    /// <summary>What the <c>Authorization</c> header holds, such as <c>Bearer …</c>. It is never logged.</summary>
    /// <value>Default: null, no header: the receiver trusts the signature.</value>
    public string? Authorization { get; set; }

    /// <summary>The folder in which events wait, one file per event, which only its owner can read. They survive a restart. Only one process may use the
    /// folder.</summary>
    /// <value>Required: a full path.</value>
    public string Folder { get; set; } = string.Empty;

    /// <summary>How many events may wait. Further ones are lost, counted and logged (341).</summary>
    /// <value>Default: 10,000. From 1 to 1,000,000.</value>
    public int Capacity { get; set; } = 10_000;

    /// <summary>How long the sender waits before it sends an event again that the receiver did not accept; twice as long after each further failure, up to 5
    /// minutes.</summary>
    /// <value>Default: 1 second. From 100 milliseconds to 5 minutes.</value>
    public TimeSpan RetryAfter { get; set; } = TimeSpan.FromSeconds(1);

    internal static TimeSpan LongestRetry { get; } = TimeSpan.FromMinutes(5);
}

/// <summary>Whose security events are received (RFC 8935). Validated when the host starts.</summary>
public sealed class SecurityEventReceiverOptions
{
    /// <summary>Where <c>MapSecurityEventReceiver()</c> puts the endpoint.</summary>
    /// <value>Default: <c>/security-events</c>.</value>
    public string Path { get; set; } = "/security-events";

    /// <summary>What the events must name as their <c>aud</c>.</summary>
    /// <value>Required.</value>
    public string Audience { get; set; } = string.Empty;

    /// <summary>The senders whose events are accepted.</summary>
    /// <value>Default: none.</value>
    public IList<SecurityEventSender> Senders { get; } = [];

    /// <summary>How old an event may be (<c>iat</c>). Ids (<c>jti</c>) are remembered for as long, so that no event acts twice.</summary>
    /// <value>Default: 7 days. From 1 minute to 30 days.</value>
    public TimeSpan MaximumAge { get; set; } = TimeSpan.FromDays(7);
}

/// <summary>A system whose security events end families.</summary>
public sealed class SecurityEventSender
{
    /// <summary>Its name in the events (<c>iss</c>).</summary>
    public string Issuer { get; set; } = string.Empty;

    /// <summary>Its public keys, as a JSON Web Key Set (RFC 7517).</summary>
    public string JsonWebKeySet { get; set; } = string.Empty;

    /// <summary>The tenant whose users it may speak of. Default: empty, for hosts without tenants.</summary>
    public string TenantId { get; set; } = string.Empty;
}

/// <summary>Validates the options. No message shows a header or a key.</summary>
internal sealed class SecurityEventOptionsValidator(IAccessTokenIssuer? tokens = null, IJsonWebTokenSigner? signer = null)
    : IValidateOptions<SecurityEventOptions>, IValidateOptions<SecurityEventPushOptions>, IValidateOptions<SecurityEventReceiverOptions>
{
    private static readonly TimeSpan ShortestRetry = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan ShortestAge = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LongestAge = TimeSpan.FromDays(30);

    public ValidateOptionsResult Validate(string? name, SecurityEventOptions options) => Result(
        (options.Audience.Length > 0, "SecurityEventOptions.Audience is empty."),
        ((options.Issuer ?? tokens?.Issuer) is { Length: > 0 }, "SecurityEventOptions.Issuer is null, and so is that of the access tokens."),
        (signer is not null, "No IJsonWebTokenSigner is registered: call UseJwtAccessTokens(...) of RefreshTokenRotation.Jwt, or register your own."));

    public ValidateOptionsResult Validate(string? name, SecurityEventPushOptions options) => Result(
        (options.Endpoint is { IsAbsoluteUri: true } to && (to.Scheme == Uri.UriSchemeHttps || (to.Scheme == Uri.UriSchemeHttp && to.IsLoopback)),
            $"SecurityEventPushOptions.Endpoint ('{options.Endpoint}') must be an absolute https address, or http on the loopback."),
        (options.Authorization is null || System.Net.Http.Headers.AuthenticationHeaderValue.TryParse(options.Authorization, out _),
            "SecurityEventPushOptions.Authorization is not a valid Authorization header value."),
        (Path.IsPathFullyQualified(options.Folder), $"SecurityEventPushOptions.Folder ('{options.Folder}') must be a full path."),
        (options.Capacity is >= 1 and <= 1_000_000, $"SecurityEventPushOptions.Capacity ({options.Capacity}) must be between 1 and 1000000."),
        (options.RetryAfter >= ShortestRetry && options.RetryAfter <= SecurityEventPushOptions.LongestRetry,
            $"SecurityEventPushOptions.RetryAfter ({options.RetryAfter}) must be between {ShortestRetry} and {SecurityEventPushOptions.LongestRetry}."));

    public ValidateOptionsResult Validate(string? name, SecurityEventReceiverOptions options) => Result(
        (options.Path is { Length: >= 2 } path && path[0] == '/', $"SecurityEventReceiverOptions.Path ('{options.Path}') must begin with '/'."),
        (options.Audience.Length > 0, "SecurityEventReceiverOptions.Audience is empty."),
        (options.MaximumAge >= ShortestAge && options.MaximumAge <= LongestAge,
            $"SecurityEventReceiverOptions.MaximumAge ({options.MaximumAge}) must be between {ShortestAge} and {LongestAge}."),
        (options.Senders.All(static sender => sender.Issuer.Length > 0 && JsonWebKeys.ParseSet(sender.JsonWebKeySet) is { Count: > 0 }),
            "SecurityEventReceiverOptions.Senders: each needs an Issuer, and a JsonWebKeySet with a key."),
        (options.Senders.DistinctBy(static sender => (sender.TenantId, sender.Issuer)).Count() == options.Senders.Count,
            "SecurityEventReceiverOptions.Senders names one Issuer twice for one TenantId."));

    private static ValidateOptionsResult Result(params (bool Holds, string Otherwise)[] rules)
    {
        var failures = rules.Where(static rule => !rule.Holds).Select(static rule => rule.Otherwise).ToArray();
        return failures.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }
}
