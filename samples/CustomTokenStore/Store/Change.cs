using RefreshTokenRotation.Storage;

namespace CustomTokenStore.Store;

/// <summary>What a call writes, as a whole or not at all.</summary>
/// <param name="Put">Rows that are added or replaced.</param>
/// <param name="Delete">The lookup keys of rows that go.</param>
internal sealed record Change(IReadOnlyList<TokenFamily> Put, IReadOnlyList<Opaque256> Delete);
