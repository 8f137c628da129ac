using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace RefreshTokenRotation.Client;

/// <summary>Configures one registered client. Returned by <c>AddRefreshTokenClient</c>.</summary>
public sealed class RefreshTokenClientBuilder
{
    internal RefreshTokenClientBuilder(IServiceCollection services, string name, IHttpClientBuilder serverHttp) =>
        (Services, Name, ServerHttp) = (services, name, serverHttp);

    /// <summary>The services.</summary>
    public IServiceCollection Services { get; }

    /// <summary>The client's name.</summary>
    public string Name { get; }

    /// <summary>The <see cref="HttpClient"/> that talks to the authorization server: for proxies and client certificates. Add no handler that repeats requests.</summary>
    public IHttpClientBuilder ServerHttp { get; }

    /// <summary>Keeps sessions in files of a folder, shared by all processes of this machine. Needs <see cref="UseDataProtection"/> or <see cref="UseEncryptionKey"/>.</summary>
    /// <param name="folder">The folder, on a local file system. It is created if it does not exist.</param>
    public RefreshTokenClientBuilder UseFiles(string folder)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        return UseStore(services => new FileTokenSessionStore(folder, services.GetService<TimeProvider>()));
    }

    /// <summary>Keeps sessions in your own store.</summary>
    /// <param name="create">Creates the store once.</param>
    public RefreshTokenClientBuilder UseStore(Func<IServiceProvider, ITokenSessionStore> create)
    {
        ArgumentNullException.ThrowIfNull(create);
        Services.RemoveAllKeyed<ITokenSessionStore>(Name);
        Services.AddKeyedSingleton(Name, (provider, _) => create(provider));
        return this;
    }

    /// <summary>Encrypts sessions with ASP.NET Core Data Protection, which the host has registered with keys that all its processes share.</summary>
    public RefreshTokenClientBuilder UseDataProtection() =>
        UseProtection(static provider => SessionProtection.ByDataProtection(provider.GetRequiredService<IDataProtectionProvider>()));

    /// <summary>Encrypts sessions with your own key (AES-256-GCM).</summary>
    /// <param name="key">32 random bytes, kept away from the sessions: in the system's key store, or a vault.</param>
    /// <exception cref="ArgumentException">The key has another length.</exception>
    public RefreshTokenClientBuilder UseEncryptionKey(ReadOnlySpan<byte> key)
    {
        if (key.Length != 32)
        {
            throw new ArgumentException("The key must have 32 bytes.", nameof(key));
        }

        var protection = SessionProtection.ByKey(key);
        return UseProtection(_ => protection);
    }

    private RefreshTokenClientBuilder UseProtection(Func<IServiceProvider, SessionProtection> create)
    {
        Services.RemoveAllKeyed<SessionProtection>(Name);
        Services.AddKeyedSingleton(Name, (provider, _) => create(provider));
        return this;
    }
}
