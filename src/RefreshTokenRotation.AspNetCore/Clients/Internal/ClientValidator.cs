namespace RefreshTokenRotation.AspNetCore.Internal;

/// <summary>The bounds of clients in the options.</summary>
internal static class ClientValidator
{
    public static void Check(IList<OAuthClient> clients, List<string> failures)
    {
        var known = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < clients.Count; i++)
        {
            if (clients[i] is not { } client)
            {
                failures.Add($"Clients[{i}] is null.");
            }
            else if (client.ClientId is not { Length: >= 1 and <= RequestLimits.IdentifierLength } || client.ClientId.Any(char.IsControl))
            {
                failures.Add($"Clients[{i}].ClientId ('{client.ClientId}') must be 1 to {RequestLimits.IdentifierLength} characters, none of them a control character.");
            }
            else if (!known.Add(client.ClientId))
            {
                failures.Add($"Clients[{i}].ClientId ('{client.ClientId}') is listed twice.");
            }
            else
            {
                Check(client, $"Clients['{client.ClientId}']", failures);
            }
        }
    }

    private static void Check(OAuthClient client, string subject, List<string> failures)
    {
        if (client.SecretHashes is null || client.GrantTypes is null || client.AllowedOrigins is null || client.Audiences is null || client.Properties is null)
        {
            failures.Add($"{subject} holds a list that is null.");
            return;
        }

        var (method, hashes) = (client.AuthenticationMethod, client.SecretHashes);
        failures.Require(Enum.IsDefined(method), $"{subject}.AuthenticationMethod ({method}) is not a named method.");
        failures.Require(
            (method == ClientAuthenticationMethod.ClientSecret) == (hashes.Count > 0),
            $"{subject} has {hashes.Count} SecretHashes and the AuthenticationMethod {method}: secrets and ClientSecret belong together.");
        // The value is not shown: it may be a secret that nobody has hashed.
        failures.AddRange(hashes.Where(static hash => !IsHash(hash)).Select(_ => $"{subject}.SecretHashes must hold what ClientSecret.Hash returns."));
        if (method == ClientAuthenticationMethod.PrivateKeyJwt && string.IsNullOrEmpty(client.JsonWebKeySet))
        {
            failures.Add($"{subject} has the AuthenticationMethod {method} but no JsonWebKeySet.");
        }
        else if (!string.IsNullOrEmpty(client.JsonWebKeySet))
        {
            CheckKeys(client.JsonWebKeySet, subject, failures);
        }

        failures.Require(client.RefusedTokenStatusCode is null or 400 or 403, $"{subject}.RefusedTokenStatusCode ({client.RefusedTokenStatusCode}) must be 400 or 403.");
        failures.Require(
            !client.AllowIntrospection || method != ClientAuthenticationMethod.None,
            $"{subject} has AllowIntrospection and the AuthenticationMethod {method}: a public client may not introspect.");
        failures.Require(
            !client.AllowGlobalRevocation || method != ClientAuthenticationMethod.None,
            $"{subject} has AllowGlobalRevocation and the AuthenticationMethod {method}: a public client may not revoke the tokens of users.");
        failures.Require(
            client.AllowIntrospection || (!client.IntrospectsAllTokens && client.Audiences.Count == 0),
            $"{subject} has Audiences or IntrospectsAllTokens, but not AllowIntrospection.");
        failures.AddRange(client.Audiences.Where(static audience => !Syntax.IsResource(audience)).Select(audience =>
            $"{subject}.Audiences ('{audience}') must be absolute addresses without fragment."));
        failures.Require(
            client.DefaultAudience is not { } audience || Syntax.IsResource(audience),
            $"{subject}.DefaultAudience ('{client.DefaultAudience}') must be an absolute address without fragment.");
        failures.AddRange(client.AllowedOrigins.Where(static origin => !Syntax.IsOrigin(origin)).Select(origin =>
            $"{subject}.AllowedOrigins ('{origin}') must be scheme, host and port in lower case, such as https://app.example."));
    }

    /// <summary>The value is not shown: it may hold a private key.</summary>
    private static void CheckKeys(string keySet, string subject, List<string> failures)
    {
        if (JsonWebKeys.ParseSet(keySet) is not { Count: > 0 } keys)
        {
            failures.Add($"{subject}.JsonWebKeySet must be a JSON Web Key Set with a key: {{\"keys\":[...]}}.");
        }
        else if (keys.Any(static key => key.TryGetProperty("d", out _) || key.TryGetProperty("k", out _)))
        {
            failures.Add($"{subject}.JsonWebKeySet must contain only public keys.");
        }
    }

    private static bool IsHash(string? hash) =>
        hash is { Length: ClientSecret.HashLength } && hash.StartsWith(ClientSecret.HashPrefix, StringComparison.Ordinal) && System.Buffers.Text.Base64Url.IsValid(hash.AsSpan(ClientSecret.HashPrefix.Length));
}
