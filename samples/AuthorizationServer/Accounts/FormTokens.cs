using System.Security.Cryptography;
using System.Text;
using AuthorizationServer.Setup;
using AuthorizationServer.State;

namespace AuthorizationServer.Accounts;

/// <summary>
/// Keeps other sites from sending this server's forms (CSRF). A form carries a hash of a cookie that other sites can neither read nor set:
/// of the session's, or of one for visitors. Instances need no shared key for it.
/// </summary>
internal sealed class FormTokens(Sessions sessions, ServerSettings settings)
{
    public const string FieldName = "form_token";

    private readonly Cookie _visitor = new("visitor", settings);

    /// <summary>The value for the forms of a page.</summary>
    public string Get(HttpContext context)
    {
        var secret = Secret(context);
        if (secret is null)
        {
            secret = RandomId.New();
            _visitor.Write(context, secret);
        }

        return Hash(secret);
    }

    /// <summary>Whether a form came from a page of this server in this browser.</summary>
    public bool Matches(HttpContext context, string? presented) =>
        Secret(context) is { } secret
        && presented is not null
        && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(Hash(secret)), Encoding.UTF8.GetBytes(presented));

    private static string Hash(string secret) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"form:{secret}")));

    private string? Secret(HttpContext context) => sessions.Secret(context) ?? _visitor.Read(context);
}
