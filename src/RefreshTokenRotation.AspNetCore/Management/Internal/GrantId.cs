using System.Buffers.Text;
using System.Text;

namespace RefreshTokenRotation.AspNetCore.Management.Internal;

/// <summary>What a user allowed a client at a resource server. Grants are not stored: they are what living families have in common.</summary>
/// <param name="UserId">The user.</param>
/// <param name="ClientId">The client.</param>
/// <param name="Audience">The resource server; empty for none.</param>
internal readonly record struct GrantId(string UserId, string ClientId, string Audience)
{
    private const char Separator = '\0'; // no identifier holds one
    private const int MaxLength = 4 * (RequestLimits.IdentifierLength + RequestLimits.IdentifierLength + RequestLimits.ResourceLength + 2);

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public TokenFamilyFilter Filter(string tenantId) => TokenFamilyFilter.ForGrant(UserId, ClientId, Audience) with { TenantId = tenantId };

    /// <summary>A text that is the same on every node and after every start. It hides nothing.</summary>
    public override string ToString() => Base64Url.EncodeToString(Strict.GetBytes($"{UserId}{Separator}{ClientId}{Separator}{Audience}"));

    public static bool TryParse(string text, out GrantId id)
    {
        id = default;
        if (text.Length > MaxLength || !Base64Url.IsValid(text))
        {
            return false;
        }

        string[] parts;
        try
        {
            parts = Strict.GetString(Base64Url.DecodeFromChars(text)).Split(Separator);
        }
        catch (Exception malformed) when (malformed is FormatException or ArgumentException)
        {
            return false;
        }

        if (parts is not [{ } userId, { } clientId, { } audience]
            || !Texts.IsIdentifier(userId)
            || !Texts.IsIdentifier(clientId)
            || (audience.Length > 0 && !Texts.IsFit(audience, RequestLimits.ResourceLength)))
        {
            return false;
        }

        id = new GrantId(userId, clientId, audience);
        return id.ToString() == text; // one text for one grant
    }
}
