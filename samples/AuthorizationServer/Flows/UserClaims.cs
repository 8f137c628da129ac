using AuthorizationServer.Accounts;

namespace AuthorizationServer.Flows;

/// <summary>The claims of a user that a scope grants (OpenID Connect Core section 5.4).</summary>
internal static class UserClaims
{
    public static IEnumerable<KeyValuePair<string, string>> Of(User user, IReadOnlyList<string> scopes)
    {
        if (scopes.Contains("profile"))
        {
            yield return new("name", user.Name);
        }

        if (scopes.Contains("email"))
        {
            yield return new("email", user.Email);
        }
    }
}
