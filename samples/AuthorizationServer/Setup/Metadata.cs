using System.Text.Json.Nodes;
using AuthorizationServer.Flows;
using AuthorizationServer.Flows.AuthorizationCode;
using AuthorizationServer.Flows.Device;
using AuthorizationServer.Flows.LogOut;

namespace AuthorizationServer.Setup;

/// <summary>What the metadata say about the host's own endpoints (RFC 8414 section 2, OpenID Connect Discovery section 3). The library adds its
/// own, and makes addresses from the paths.</summary>
internal static class Metadata
{
    public static void Describe(JsonObject document)
    {
        document["authorization_endpoint"] = AuthorizeEndpoint.Path;
        document["device_authorization_endpoint"] = DeviceEndpoint.Path;
        document["userinfo_endpoint"] = UserInfo.Path;
        document["end_session_endpoint"] = LogoutEndpoint.Path;
        document["scopes_supported"]!.AsArray().Add((JsonNode)"profile");
        document["scopes_supported"]!.AsArray().Add((JsonNode)"email");
        document["response_modes_supported"] = new JsonArray([.. ResponseModes.Names]);
        document["code_challenge_methods_supported"] = new JsonArray("S256");
        document["prompt_values_supported"] = new JsonArray("none", "login", "consent", "select_account");
        document["claims_supported"] = new JsonArray("sub", "name", "email", "auth_time");
        document["authorization_response_iss_parameter_supported"] = true;
        document["request_parameter_supported"] = false;
        document["request_uri_parameter_supported"] = false;
    }
}
