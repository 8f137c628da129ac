using Microsoft.Extensions.DependencyInjection;
using RefreshTokenRotation.Storage;
using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.Tests.Adoption;

/// <summary>An engine that adopts from a scripted old server, over a store that a test may break.</summary>
internal sealed class World : IDisposable
{
    public World(RotationPolicy policy, ITokenStore? inner = null)
    {
        Store = new InterceptingStore(inner);
        Engine = new Engine(policy, Store, builder =>
        {
            builder.Services.AddSingleton<ILegacyTokenSource>(Source);
            builder.Services.AddSingleton<IExchangeHook>(Hook);
        });
    }

    public ScriptedSource Source { get; } = new();

    public ScriptedHook Hook { get; } = new();

    public InterceptingStore Store { get; }

    public Engine Engine { get; }

    public async Task<IReadOnlyList<TokenFamilyInfo>> FamiliesAsync() =>
        (await Engine.Families.ListAsync(TokenFamilyFilter.ForTenant(string.Empty))).Families;

    public void Dispose() => Engine.Dispose();
}
