namespace RefreshTokenRotation.Storage.InMemory;

/// <summary>What a list of slots has in common.</summary>
internal enum SlotListKind
{
    /// <summary>Tenant and subject.</summary>
    User = 0,

    /// <summary>Tenant and client.</summary>
    Client = 1,

    /// <summary>Tenant and session.</summary>
    Session = 2,
}
