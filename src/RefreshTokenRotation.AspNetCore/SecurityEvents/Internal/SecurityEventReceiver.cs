using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using RefreshTokenRotation.Storage;

namespace RefreshTokenRotation.AspNetCore.Internal;

/// <summary>Receives security events (RFC 8935 section 2). An id is remembered only when the event has acted: a sender repeats what it got no answer to.</summary>
internal sealed class SecurityEventReceiver(
    ITokenFamilyManager families,
    IReplayStore replays,
    TimeProvider time,
    ILogger<SecurityEventReceiver> logger,
    IOptions<SecurityEventReceiverOptions> options,
    IOptions<RefreshTokenEndpointOptions> endpoints)
{
    /// <summary>What a complex subject narrows by.</summary>
    private static readonly string[] Narrowing = ["tenant", "session", "application"];

    private readonly SecurityEventReceiverOptions _options = options.Value;
    private readonly LogBudget _refusals = new(time);

    public async ValueTask<OAuthError?> HandleAsync(HttpContext context, string tenantId, CancellationToken cancellationToken)
    {
        var (body, unreadable) = await RequestBody.ReadDocumentAsync(
            context.Request, "application/secevent+jwt", endpoints.Value.MaximumBodySize, mustBeUtf8: false, cancellationToken).ConfigureAwait(false);
        if (unreadable?.StatusCode == StatusCodes.Status408RequestTimeout)
        {
            return unreadable; // The event may be good: its sender repeats it.
        }

        var failure = unreadable is not null ? "invalid_request"
            : await TakeAsync(context, tenantId, Encoding.ASCII.GetString(body!), cancellationToken).ConfigureAwait(false);
        if (failure is null)
        {
            OAuthAnswer.SendEmpty(context, StatusCodes.Status202Accepted);
            return null;
        }

        if (_refusals.TrySpend())
        {
            logger.ReceivedEventRefused(failure);
        }

        var answer = new JsonObject { ["err"] = failure, ["description"] = "The event was not accepted." }.ToJsonString();
        await OAuthAnswer.SendJsonAsync(context, StatusCodes.Status400BadRequest, Encoding.UTF8.GetBytes(answer)).ConfigureAwait(false);
        return null;
    }

    /// <summary>Null if the event was accepted; else the code of RFC 8935 section 2.4.</summary>
    private async ValueTask<string?> TakeAsync(HttpContext context, string tenantId, string token, CancellationToken cancellationToken)
    {
        if (CompactJws.Parse(token.Trim()) is not { } set || !string.Equals(set.Type, SecurityEventHandler.TokenType, StringComparison.OrdinalIgnoreCase))
        {
            return "invalid_request";
        }

        var payload = set.Payload;
        var issuer = CompactJws.Text(payload, "iss");
        if (_options.Senders.FirstOrDefault(known => known.Issuer == issuer && known.TenantId == tenantId) is not { } sender)
        {
            return "invalid_issuer"; // of another tenant too
        }

        if (!JsonWebKeys.VerifyByAny(JsonWebKeys.ParseSet(sender.JsonWebKeySet) ?? [], set))
        {
            return "invalid_key";
        }

        if (!AccessTokenClaims.Texts(payload, "aud").Contains(_options.Audience, StringComparer.Ordinal))
        {
            return "invalid_audience";
        }

        if (Instant(payload, "iat") is not { } issuedAt
            || issuedAt > time.GetUtcNow() + ClientAssertionVerifier.ClockTolerance
            || issuedAt <= time.GetUtcNow() - _options.MaximumAge
            || CompactJws.Text(payload, "jti") is not { Length: > 0 } id
            || !payload.TryGetProperty("events", out var events)
            || events.ValueKind != JsonValueKind.Object)
        {
            return "invalid_request";
        }

        var key = new ReplayKey(
            ReplayPurpose.SecurityEvent, ClientAssertionVerifier.HashOf($"{tenantId}\0{issuer}"), ClientAssertionVerifier.HashOf($"secevent\0{tenantId}\0{issuer}\0{id}"));
        if (await replays.ContainsAsync(key, cancellationToken).ConfigureAwait(false))
        {
            return null; // a repetition: the sender did not see the answer
        }

        if (!events.TryGetProperty(SecurityEventTypes.SessionRevoked, out var revoked))
        {
            return null; // it does nothing, however often it comes, and takes no room among those remembered
        }

        if (await EndAsync(context, sender, payload, revoked, issuedAt, cancellationToken).ConfigureAwait(false) is { } failure)
        {
            return failure;
        }

        await replays.TryAddAsync(key, issuedAt + _options.MaximumAge, cancellationToken).ConfigureAwait(false);
        return null;
    }

    private async ValueTask<string?> EndAsync(
        HttpContext context, SecurityEventSender sender, JsonElement payload, JsonElement revoked, DateTimeOffset issuedAt, CancellationToken cancellationToken)
    {
        if (!payload.TryGetProperty("sub_id", out var subject) || subject.ValueKind != JsonValueKind.Object || revoked.ValueKind != JsonValueKind.Object)
        {
            return "invalid_request";
        }

        var isComplex = CompactJws.Text(subject, "format") == "complex";
        var tenant = isComplex ? OpaqueId(subject, "tenant") : null;
        var session = isComplex ? OpaqueId(subject, "session") : null;
        var user = SubjectIdentifier.Read(!isComplex ? subject : subject.TryGetProperty("user", out var named) ? named : default);
        var application = isComplex ? OpaqueId(subject, "application") : null;

        // A session alone could be anybody's: only a named user ties it to the sender. And what narrows the event must not be left out because it can't be read.
        if (user is null
            || (tenant is not null && tenant != sender.TenantId)
            || (isComplex && Narrowing.Any(name => subject.TryGetProperty(name, out _) && !TextForm.IsFit(OpaqueId(subject, name)))))
        {
            return "invalid_request";
        }

        var resolver = context.RequestServices.GetRequiredService<ISubjectIdentifierResolver>();
        var local = await resolver.FindSubjectAsync(user, sender.Issuer, sender.TenantId, cancellationToken).ConfigureAwait(false);
        if (local is null)
        {
            return null; // nobody of ours
        }

        // Sessions of the host first: an active one could get new tokens. They are not kept for each client.
        if (application is null && endpoints.Value.EndSessions is { } endSessions)
        {
            await endSessions(context, local, session).ConfigureAwait(false);
        }

        // A log-in after the event goes on, so that an event which comes late ends nothing new.
        var happenedAt = Instant(revoked, "event_timestamp") is { } stated && stated < issuedAt ? stated : issuedAt;
        var filter = new TokenFamilyFilter
        {
            TenantId = sender.TenantId,
            Subject = local,
            SessionId = session,
            ClientId = application,
            CreatedNoLaterThan = happenedAt + ClientAssertionVerifier.ClockTolerance,
        };
        var count = await families.RevokeAsync(filter, RevocationReason.SessionEnded, cancellationToken).ConfigureAwait(false);
        logger.FamiliesEndedByEvent(count, sender.Issuer);
        return null;
    }

    private static string? OpaqueId(JsonElement subject, string name) =>
        subject.TryGetProperty(name, out var member) && member.ValueKind == JsonValueKind.Object && CompactJws.Text(member, "id") is { Length: > 0 } id ? id : null;

    private static DateTimeOffset? Instant(JsonElement parent, string name) =>
        CompactJws.Number(parent, name) is { } seconds and >= 0 and < 253402300000 ? DateTimeOffset.UnixEpoch.AddSeconds(seconds) : null;
}
