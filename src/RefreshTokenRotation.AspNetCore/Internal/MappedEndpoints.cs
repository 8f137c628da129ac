namespace RefreshTokenRotation.AspNetCore.Internal;

/// <summary>Which endpoints the host has mapped, by their paths: the metadata name no others. Filled before the host starts.</summary>
internal sealed class MappedEndpoints
{
    private readonly HashSet<string> _paths = new(StringComparer.Ordinal);

    public void Add(string path) => _paths.Add(path);

    public bool Contains(string path) => _paths.Contains(path);
}
