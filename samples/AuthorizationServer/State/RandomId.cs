using System.Buffers.Text;
using System.Security.Cryptography;

namespace AuthorizationServer.State;

/// <summary>Ids and secrets that nobody can guess: 256 random bits.</summary>
internal static class RandomId
{
    public static string New() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
}
