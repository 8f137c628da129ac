using RefreshTokenRotation.AspNetCore;

namespace AuthorizationServer.Setup;

/// <summary>The secrets that anyone can read in this repository.</summary>
internal static class DemoSecrets
{
    private const string Password = "pw";

    private static readonly string[] SecretHashes = [ClientSecret.Hash("web-secret"), ClientSecret.Hash("machine-secret")];

    /// <summary>Refuses to start with them anywhere but on a developer's machine.</summary>
    public static void Refuse(ServerSettings settings)
    {
        var found = settings.Users.Where(user => user.Value.Password == Password).Select(user => $"the password of user '{user.Key}'")
            .Concat(settings.Clients.Where(client => SecretHashes.Contains(client.Value.SecretHash)).Select(client => $"the secret of client '{client.Key}'"))
            .ToList();
        if (found.Count > 0)
        {
            throw new InvalidOperationException(
                $"This server does not start outside Development with the secrets of the demo: change {string.Join(", ", found)}.");
        }
    }
}
