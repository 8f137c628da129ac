namespace RefreshTokenRotation.Client.Tests.Support;

/// <summary>A session as version 1 encrypted it with the key 0, 1, 2 to 31.</summary>
internal static class GoldenSession
{
    public const string Hex = "01E4E8ED131E73A2ED2447A78C41EA9934B40F67D98A974A9EFE073457FFB785641EE01E87F0F1AA4CED504EE811E3229B8B59D5F0165321D7746E575A8FE7251FFB4B6F2963E637C53AFDFE39";
}
