using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;

namespace RefreshTokenRotation.AspNetCore.Tests.Support;

/// <summary>A grant that answers what the test says.</summary>
internal sealed class StubGrant : ITokenGrant
{
    public const string Type = "urn:example:stub";

    public string GrantType { get; init; } = Type;

    public Func<TokenGrantContext, TokenGrantResult> Decide { get; set; } = static context => new TokenGrantResult.Granted
    {
        Subject = "alice",
        Scopes = context.Scopes,
        Resources = context.Resources,
    };

    /// <summary>The requests that reached the grant.</summary>
    public ConcurrentQueue<TokenGrantContext> Requests { get; } = [];

    public void AddTo(RefreshTokenRotationBuilder rotation) => rotation.Services.AddSingleton<ITokenGrant>(this);

    public ValueTask<TokenGrantResult> AuthorizeAsync(TokenGrantContext context, CancellationToken cancellationToken)
    {
        Requests.Enqueue(context);
        return new(Decide(context));
    }
}
