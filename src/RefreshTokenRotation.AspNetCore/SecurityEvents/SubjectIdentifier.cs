using System.Text.Json;

namespace RefreshTokenRotation.AspNetCore;

/// <summary>Names a user as another system knows them (RFC 9493).</summary>
public sealed record SubjectIdentifier
{
    private SubjectIdentifier(string format) => Format = format;

    /// <summary>The format: <c>iss_sub</c>, <c>email</c> or <c>opaque</c> (RFC 9493 sections 3.2.3, 3.2.2 and 3.2.4).</summary>
    public string Format { get; }

    /// <summary>The issuer of <see cref="Subject"/>, for <c>iss_sub</c>; null otherwise.</summary>
    public string? Issuer { get; private init; }

    /// <summary>The user's name at <see cref="Issuer"/>, for <c>iss_sub</c>; null otherwise.</summary>
    public string? Subject { get; private init; }

    /// <summary>The address, as it was sent, for <c>email</c>; null otherwise.</summary>
    public string? Email { get; private init; }

    /// <summary>An id that the two systems agreed on, for <c>opaque</c>; null otherwise.</summary>
    public string? Id { get; private init; }

    /// <summary>Shows no user.</summary>
    /// <returns>The format.</returns>
    public override string ToString() => Format;

    /// <summary>Null if it is none of the three formats, or lacks a member.</summary>
    internal static SubjectIdentifier? Read(JsonElement value)
    {
        return value.ValueKind != JsonValueKind.Object ? null : Text("format") switch
        {
            "iss_sub" when Text("iss") is { } issuer && Text("sub") is { } subject => new("iss_sub") { Issuer = issuer, Subject = subject },
            "email" when Text("email") is { } email => new("email") { Email = email },
            "opaque" when Text("id") is { } id => new("opaque") { Id = id },
            _ => null,
        };

        string? Text(string name) => CompactJws.Text(value, name) is { Length: > 0 } text ? text : null;
    }
}

/// <summary>Finds the host's users by the names that other systems have for them. Global Token Revocation and the receiver of security events ask it.</summary>
public interface ISubjectIdentifierResolver
{
    /// <summary>Finds a user.</summary>
    /// <param name="identifier">The user's name.</param>
    /// <param name="namedBy">The caller: the id of the client that asks for a revocation, or the issuer of an event. Return null for users over whom this caller
    /// has no authority: an identity provider must not end sessions of users who never logged in through it.</param>
    /// <param name="tenantId">The tenant; empty for hosts without tenants. Return only users of this tenant.</param>
    /// <param name="cancellationToken">The request's.</param>
    /// <returns>The subject of the user's families (<c>sub</c>), or null if this host has no such user. An exception counts as an outage: the response is 503.</returns>
    ValueTask<string?> FindSubjectAsync(SubjectIdentifier identifier, string namedBy, string tenantId, CancellationToken cancellationToken);
}
