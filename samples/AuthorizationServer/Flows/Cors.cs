namespace AuthorizationServer.Flows;

/// <summary>Browser apps of the registered origins may call endpoints that accept an access token. The token and revocation endpoints allow
/// each client's own origins; pages answer to no script at all.</summary>
internal static class Cors
{
    public const string Policy = "apps";
}
