using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace RefreshTokenRotation;

/// <summary>How a token store is chosen: the last choice wins, and the start says if there were several.</summary>
internal static class TokenStoreChoice
{
    /// <summary>The key of what is left for the check at the start. A text, because packages share no internal type.</summary>
    public const string Key = "RefreshTokenRotation.TokenStore";

    /// <summary>Replaces the store, and remembers the choice.</summary>
    /// <param name="services">The services.</param>
    /// <param name="store">Makes the store.</param>
    /// <param name="method">The method that chose it.</param>
    public static void UseTokenStore(this IServiceCollection services, ServiceDescriptor store, string method)
    {
        services.Replace(store);
        services.AddKeyedSingleton(Key, method);
    }

    public static string[] Of(IServiceCollection services) =>
        [.. services.Where(static service => service.IsKeyedService && service.ServiceKey is Key)
            .Select(static service => service.KeyedImplementationInstance)
            .OfType<string>()
            .Distinct(StringComparer.Ordinal)];
}
