using System.Globalization;
using System.Text.Json.Nodes;

namespace RefreshTokenRotation.AspNetCore.Internal;

/// <summary>What the security events of a change say (CAEP 1.0 section 2 and 3, RISC 1.0 section 2.7), and of whom (RFC 9493, Shared Signals 1.0 section 3).</summary>
internal static class SecurityEventContent
{
    public static IEnumerable<(string Type, JsonObject Subject, JsonObject Content)> Of(RefreshTokenEvent change, string issuer)
    {
        switch (change)
        {
            case RefreshTokenEvent.ReuseDetected { FamilyRevoked: true, Family: { } family } reuse:
                yield return Revoked(Subject(family, issuer), reuse.OccurredAt, RevocationReason.ReuseDetected);
                yield return (SecurityEventTypes.CredentialCompromise, Person(family.Subject, family.TenantId, issuer), Content(reuse.OccurredAt, RevocationReason.ReuseDetected, "refresh_token"));
                break;
            case RefreshTokenEvent.Evicted { Family: { } family } evicted:
                yield return Revoked(Subject(family, issuer), evicted.OccurredAt, RevocationReason.Evicted);
                break;

            // A migrated family's session goes on in the one that replaces it.
            case RefreshTokenEvent.Revoked { Reason: not RevocationReason.Migrated } revoked:
                // A log-in that came later than the filter allows goes on.
                var at = revoked.Filter.CreatedNoLaterThan is { } bound && bound < revoked.OccurredAt ? bound : revoked.OccurredAt;
                if ((revoked.Family is { } only ? Subject(only, issuer) : Subject(revoked.Filter, issuer)) is { } subject)
                {
                    yield return Revoked(subject, at, revoked.Reason);
                }

                if (revoked is { Reason: RevocationReason.CredentialsChanged, Filter.Subject: { } user })
                {
                    var content = Content(at, revoked.Reason, "password");
                    content["change_type"] = "update";
                    yield return (SecurityEventTypes.CredentialChange, Person(user, revoked.Filter.TenantId, issuer), content);
                }

                break;
        }
    }

    private static (string Type, JsonObject Subject, JsonObject Content) Revoked(JsonObject subject, DateTimeOffset at, RevocationReason reason) =>
        (SecurityEventTypes.SessionRevoked, subject, Content(at, reason));

    private static JsonObject Content(DateTimeOffset at, RevocationReason reason, string? credentialType = null) => NodeJson.WithoutNulls(new JsonObject
    {
        ["event_timestamp"] = at.ToUnixTimeSeconds(),
        ["initiating_entity"] = reason switch
        {
            RevocationReason.User or RevocationReason.ClientRequest or RevocationReason.CredentialsChanged => "user",
            RevocationReason.Administrator => "admin",
            RevocationReason.SessionEnded => "system",
            _ => "policy",
        },
        ["reason_admin"] = new JsonObject { ["en"] = reason.ToCode() },
        ["credential_type"] = credentialType,
    });

    /// <summary>The same id may be another user's in another tenant.</summary>
    private static JsonObject Person(string subject, string tenant, string issuer) =>
        tenant.Length == 0 ? User(subject, issuer) : Complex(User(subject, issuer), null, null, tenant);

    private static JsonObject Subject(TokenFamilyInfo family, string issuer) =>
        Complex(User(family.Subject, issuer), family.FamilyId.ToString("N", CultureInfo.InvariantCulture), null, family.TenantId);

    /// <summary>Null for what a receiver would take for more than it is.</summary>
    private static JsonObject? Subject(TokenFamilyFilter filter, string issuer)
    {
        if (filter is not { ExceptFamilyId: null, Resource: null, RotationType: null, AuthorizationId: null, State: null or FamilyState.Active }
            || filter is { Subject: null, FamilyId: null, SessionId: null, ClientId: null, TenantId.Length: 0 })
        {
            return null;
        }

        var user = filter.Subject is { } subject ? User(subject, issuer) : null;
        var session = filter.FamilyId?.ToString("N", CultureInfo.InvariantCulture) ?? filter.SessionId;
        return user is not null && session is null && filter is { ClientId: null, TenantId.Length: 0 } ? user : Complex(user, session, filter.ClientId, filter.TenantId);
    }

    private static JsonObject Complex(JsonObject? user, string? session, string? application, string tenant) => NodeJson.WithoutNulls(new JsonObject
    {
        ["format"] = "complex",
        ["user"] = user,
        ["session"] = Opaque(session),
        ["application"] = Opaque(application),
        ["tenant"] = Opaque(tenant.Length > 0 ? tenant : null),
    });

    private static JsonObject User(string subject, string issuer) => new() { ["format"] = "iss_sub", ["iss"] = issuer, ["sub"] = subject };

    private static JsonObject? Opaque(string? id) => id is null ? null : new JsonObject { ["format"] = "opaque", ["id"] = id };
}
