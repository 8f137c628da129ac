using System.Text.Json.Nodes;

namespace RefreshTokenRotation;

/// <summary>The error that a hook chooses for the client: an OAuth error (RFC 6749 section 5.2). Immutable.</summary>
public sealed class ExchangeRefusal
{
    private const int MaxError = 64;
    private const int BadRequest = 400;
    private const int Forbidden = 403;
    private const int LastClientError = 499;

    private readonly JsonObject? _members;

    /// <summary>An error of the host's choice.</summary>
    /// <param name="error">The error code: 1 to 64 characters of printable ASCII without <c>"</c> and <c>\</c>.</param>
    /// <param name="description">A text for developers. Default: none.</param>
    /// <param name="statusCode">The status of the response, from 400 to 499. Default: 400.</param>
    /// <param name="members">Further members of the response, copied. Default: none.</param>
    /// <exception cref="ArgumentException">A value is out of its bounds, or a member is <c>error</c> or <c>error_description</c>.</exception>
    public ExchangeRefusal(string error, string? description = null, int statusCode = BadRequest, JsonObject? members = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(error);
        ArgumentOutOfRangeException.ThrowIfLessThan(statusCode, BadRequest);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(statusCode, LastClientError);
        if (error.Length > MaxError || !error.All(static c => c is >= ' ' and <= '~' and not '"' and not '\\'))
        {
            throw new ArgumentException($"The error must be 1 to {MaxError} characters of printable ASCII without quotes and backslashes (RFC 6749 section 5.2).", nameof(error));
        }

        if (members is not null && (members.ContainsKey("error") || members.ContainsKey("error_description")))
        {
            throw new ArgumentException("The members error and error_description have their own parameters.", nameof(members));
        }

        (Error, Description, StatusCode, _members) = (error, description, statusCode, (JsonObject?)members?.DeepClone());
    }

    /// <summary>The error code.</summary>
    public string Error { get; }

    /// <summary>The text for developers; null if there is none.</summary>
    public string? Description { get; }

    /// <summary>The status of the response.</summary>
    public int StatusCode { get; }

    /// <summary>Further members of the response, a copy; null if there are none. They may be secrets.</summary>
    public JsonObject? Members => (JsonObject?)_members?.DeepClone();

    /// <summary>The user or the device may not continue: 403 <c>access_denied</c>.</summary>
    /// <param name="description">Why, for developers. Default: none.</param>
    public static ExchangeRefusal AccessDenied(string? description = null) => new("access_denied", description, Forbidden);

    /// <summary>The user must do something in a browser: <c>interaction_required</c> (OpenID Connect Core section 3.1.2.6).</summary>
    /// <param name="description">What, for developers. Default: none.</param>
    public static ExchangeRefusal InteractionRequired(string? description = null) => new("interaction_required", description);

    /// <summary>The user must prove another factor: 403 <c>mfa_required</c>, with the token with which the client starts the challenge.</summary>
    /// <param name="mfaToken">The member <c>mfa_token</c>, a secret.</param>
    /// <param name="description">A text for developers. Default: none.</param>
    /// <param name="members">Further members, such as <c>mfa_requirements</c>. Default: none.</param>
    /// <exception cref="ArgumentException"><paramref name="mfaToken"/> is null or empty, or a member is not allowed.</exception>
    public static ExchangeRefusal MfaRequired(string mfaToken, string? description = null, JsonObject? members = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(mfaToken);
        var all = (JsonObject?)members?.DeepClone() ?? [];
        all["mfa_token"] = mfaToken;
        return new("mfa_required", description, Forbidden, all);
    }

    /// <summary>The user must log in again, more strongly or more recently: <c>insufficient_user_authentication</c> with <c>acr_values</c> and
    /// <c>max_age</c>, for the next authorization request (RFC 9470 section 3).</summary>
    /// <param name="acrValues">The accepted authentication context classes, the preferred one first. Default: any.</param>
    /// <param name="maxAge">How old the log-in may be, in whole seconds. Default: any age.</param>
    /// <param name="description">A text for developers. Default: none.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="maxAge"/> is below zero.</exception>
    public static ExchangeRefusal StepUpRequired(IReadOnlyList<string>? acrValues = null, TimeSpan? maxAge = null, string? description = null)
    {
        var members = new JsonObject();
        if (acrValues is { Count: > 0 })
        {
            members["acr_values"] = string.Join(' ', acrValues);
        }

        if (maxAge is { } age)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(age, TimeSpan.Zero, nameof(maxAge));
            members["max_age"] = (long)age.TotalSeconds;
        }

        return new("insufficient_user_authentication", description, members: members);
    }

    /// <summary>The error code.</summary>
    /// <returns>A text without the members.</returns>
    public override string ToString() => Error;
}
