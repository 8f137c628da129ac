namespace RefreshTokenRotation.Storage.InMemory;

/// <summary>The key of a list: a tenant, and the subject, client or session.</summary>
internal readonly record struct SlotKey(string TenantId, string Value);
