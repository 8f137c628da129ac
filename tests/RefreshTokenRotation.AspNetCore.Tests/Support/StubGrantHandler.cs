using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;

namespace RefreshTokenRotation.AspNetCore.Tests.Support;

/// <summary>A grant that answers what the test says.</summary>
internal sealed class StubGrantHandler : IGrantTypeHandler
{
    public const string Type = "urn:example:stub";

    public string GrantType { get; init; } = Type;

    public Func<GrantTypeContext, GrantTypeResult> Decide { get; set; } = static context => new GrantTypeResult.Granted
    {
        Subject = "alice",
        Scopes = context.Scopes,
        Resources = context.Resources,
    };

    /// <summary>The requests that reached the grant.</summary>
    public ConcurrentQueue<GrantTypeContext> Requests { get; } = [];

    public void AddTo(RefreshTokenRotationBuilder rotation) => rotation.Services.AddSingleton<IGrantTypeHandler>(this);

    public ValueTask<GrantTypeResult> AuthorizeAsync(GrantTypeContext context, CancellationToken cancellationToken)
    {
        Requests.Enqueue(context);
        return new(Decide(context));
    }
}
