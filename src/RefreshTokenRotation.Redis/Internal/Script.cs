using System.Security.Cryptography;
using System.Text;

namespace RefreshTokenRotation.Redis.Internal;

/// <summary>A Lua script and its name on the server. The first line makes it one that may write, which a replica refuses; and, where it takes no more room than
/// before, one that runs while the memory is full.</summary>
internal sealed class Script
{
    private const string Writes = "#!lua\n";
    private const string TakesNoRoom = "#!lua flags=allow-oom\n";

    private Script(string text)
    {
        Text = text;
#pragma warning disable CA5350 // The server's name for a script is its SHA-1: no security hangs on it.
        Hash = SHA1.HashData(Encoding.UTF8.GetBytes(text));
#pragma warning restore CA5350
        HashText = Convert.ToHexStringLower(Hash);
    }

    public static Script Add { get; } = new(Writes + Read("remove") + Read("add"));

    public static Script Claim { get; } = new(Writes + Read("claim"));

    public static Script Delete { get; } = new(TakesNoRoom + Read("remove") + Read("delete"));

    public static Script Due { get; } = new(TakesNoRoom + Read("due"));

    public static Script Find { get; } = new(TakesNoRoom + Read("find"));

    public static Script Forget { get; } = new(TakesNoRoom + Read("forget"));

    public static Script Policy { get; } = new(Writes + Read("policy"));

    public static Script Prune { get; } = new(TakesNoRoom + Read("remove") + Read("prune"));

    public static Script Range { get; } = new(TakesNoRoom + Read("range"));

    public static Script Replay { get; } = new(Writes + Read("replay"));

    public static Script Row { get; } = new(TakesNoRoom + Read("row"));

    public static Script Swap { get; } = new(TakesNoRoom + Read("swap"));

    public static Script TextOf { get; } = new(TakesNoRoom + Read("text"));

    public static Script Touch { get; } = new(TakesNoRoom + Read("touch"));

    public string Text { get; }

    public byte[] Hash { get; }

    public string HashText { get; }

    private static string Read(string name) => EmbeddedText.Read($"{name}.lua");
}
