using System.Security.Cryptography;
using AuthorizationServer.Setup;

namespace AuthorizationServer.Accounts;

/// <summary>The users of the demonstration, with the passwords of the settings as PBKDF2 hashes.</summary>
internal sealed class Users
{
    private const int Iterations = 100_000;

    private readonly Dictionary<string, (User User, byte[] Salt, byte[] Hash)> _users = new(StringComparer.Ordinal);
    private readonly byte[] _nobodysSalt = RandomNumberGenerator.GetBytes(16);

    public Users(ServerSettings settings)
    {
        foreach (var (name, user) in settings.Users)
        {
            var salt = RandomNumberGenerator.GetBytes(16);
            _users[name] = (new User(name, user.Name, user.Email, user.Admin), salt, Hash(user.Password, salt));
        }
    }

    public User? Find(string subject) => _users.TryGetValue(subject, out var entry) ? entry.User : null;

    /// <summary>The user with this name and password; null if there is none. An unknown name takes as long as a wrong password,
    /// and a user without a password in the settings can't log in.</summary>
    public User? Verify(string? name, string? password)
    {
        var known = _users.TryGetValue(name ?? string.Empty, out var entry);
        var hash = Hash(password ?? string.Empty, known ? entry.Salt : _nobodysSalt);
        return known && password is { Length: > 0 } && CryptographicOperations.FixedTimeEquals(hash, entry.Hash) ? entry.User : null;
    }

    private static byte[] Hash(string password, byte[] salt) =>
        Rfc2898DeriveBytes.Pbkdf2(password, salt, Iterations, HashAlgorithmName.SHA256, 32);
}
