namespace RefreshTokenRotation.Internal;

/// <summary>Keys of policies by resource: two spellings of one address are one key.</summary>
internal sealed class ResourceComparer : IEqualityComparer<string>, IEqualityComparer<(string ClientId, string Resource)>
{
    public static readonly ResourceComparer Instance = new();

    public bool Equals(string? x, string? y) => x is null || y is null ? ReferenceEquals(x, y) : ResourceIdentifier.Same(x, y);

    public bool Equals((string ClientId, string Resource) x, (string ClientId, string Resource) y) =>
        string.Equals(x.ClientId, y.ClientId, StringComparison.Ordinal) && Equals(x.Resource, y.Resource);

    public int GetHashCode(string obj) => StringComparer.Ordinal.GetHashCode(ResourceIdentifier.Normalize(obj));

    public int GetHashCode((string ClientId, string Resource) obj) => HashCode.Combine(StringComparer.Ordinal.GetHashCode(obj.ClientId), GetHashCode(obj.Resource));
}
