namespace RefreshTokenRotation;

/// <summary>The bounds of what a request may carry, in characters and entries. They bound the size of a family's row.</summary>
public static class RequestLimits
{
    /// <summary>Longest tenant, subject, client, session, authorization id, key thumbprint and acr: 255.</summary>
    public const int IdentifierLength = 255;

    /// <summary>Most scope-tokens: 100.</summary>
    public const int ScopeCount = 100;

    /// <summary>Longest scope-token: 280.</summary>
    public const int ScopeLength = 280;

    /// <summary>Most resource servers: 20.</summary>
    public const int ResourceCount = 20;

    /// <summary>Longest resource: 600.</summary>
    public const int ResourceLength = 600;

    /// <summary>Most authentication methods: 20.</summary>
    public const int AmrCount = 20;

    /// <summary>Most metadata entries: 25.</summary>
    public const int MetadataCount = 25;

    /// <summary>Longest metadata key and value: 255.</summary>
    public const int MetadataLength = 255;

    /// <summary>Longest network address: 64.</summary>
    public const int IpAddressLength = 64;

    /// <summary>Longest user agent: 512.</summary>
    public const int UserAgentLength = 512;

    /// <summary>Longest device name: 255.</summary>
    public const int DeviceNameLength = 255;

    /// <summary>Most families on a page of a list: 1,000.</summary>
    public const int PageSize = 1000;
}
