namespace RefreshTokenRotation.EntityFrameworkCore.Internal.Model;

/// <summary>The policy of one client that was set at run time.</summary>
internal sealed class PolicyRow
{
    /// <summary>The hash of tenant and client: exact in every collation, and within every database's bound for a key.</summary>
    public byte[] Key { get; set; } = [];

    public string TenantId { get; set; } = string.Empty;

    public string ClientId { get; set; } = string.Empty;

    public string Policy { get; set; } = string.Empty;
}
