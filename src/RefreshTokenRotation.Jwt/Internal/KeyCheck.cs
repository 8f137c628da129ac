using Microsoft.Extensions.Hosting;

namespace RefreshTokenRotation.Jwt.Internal;

/// <summary>Loads the keys at the start of the host, so that a start without a key fails and the first user does not wait.</summary>
internal sealed class KeyCheck(KeyRing ring) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var keys = await ring.GetAsync(cancellationToken).ConfigureAwait(false);
        if (keys.Active is null)
        {
            throw NoActiveKey();
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public static InvalidOperationException NoActiveKey() =>
        new("No signing key is active: there is none (is KeyFolder without *.pem files?), or all are retired or activate later. In Development, "
            + "UseDevelopmentSigningKey() makes one.");
}
