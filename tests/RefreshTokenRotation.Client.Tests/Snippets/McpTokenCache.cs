using ModelContextProtocol.Authentication;

namespace RefreshTokenRotation.Client.Tests.Snippets;

// snippet: mcp
internal sealed class McpTokenCache(RefreshTokenClient client, TimeProvider time) : ITokenCache
{
    // The MCP client sees no refresh token, so it never refreshes: the handler below it does, in turn with all other processes.
    public async ValueTask<TokenContainer?> GetTokensAsync(CancellationToken cancellationToken) =>
        await client.GetTokenAsync(cancellationToken: cancellationToken) is TokenResult.Succeeded { Token: var token }
            ? new TokenContainer
            {
                AccessToken = token.Reveal(),
                TokenType = token.Type,
                Scope = token.Scope,
                ObtainedAt = time.GetUtcNow(),
                ExpiresIn = (int)(token.ExpiresAt - time.GetUtcNow()).TotalSeconds,
            }
            : null;

    // The tokens of its own log-in in the browser.
    public async ValueTask StoreTokensAsync(TokenContainer tokens, CancellationToken cancellationToken)
    {
        if (tokens.RefreshToken is { } refreshToken)
        {
            await client.SignInAsync(
                new TokenSet
                {
                    RefreshToken = refreshToken,
                    AccessToken = tokens.AccessToken,
                    Scope = tokens.Scope,
                    ExpiresIn = tokens.ExpiresIn is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
                },
                cancellationToken: cancellationToken);
        }
    }
}
// end-snippet
