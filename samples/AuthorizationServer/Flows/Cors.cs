namespace AuthorizationServer.Flows;

/// <summary>Browser apps of the registered origins may call what takes an access token. The token and revocation endpoints answer by
/// each client's own origins; pages answer to no script at all.</summary>
internal static class Cors
{
    public const string Policy = "apps";
}
