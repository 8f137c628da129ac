using System.Security.Cryptography;
using System.Text;
using AuthorizationServer.Setup;
using AuthorizationServer.State;

namespace AuthorizationServer.Flows.Device;

/// <summary>Devices that wait, found by the device's long code and by the short one that the user types.</summary>
internal sealed class DeviceAuthorizations(IStateStore store, TimeProvider time, ServerSettings settings)
{
    /// <summary>The first interval, and by how much it grows (RFC 8628 sections 3.2 and 3.5).</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    // No vowels, so that no word appears, and no characters that look alike (RFC 8628 section 6.1).
    private const string UserCodeAlphabet = "BCDFGHJKLMNPQRSTVWXZ";

    // An ended entry is kept for a while, so that the device hears "expired" and not "unknown".
    private static readonly TimeSpan Afterlife = TimeSpan.FromHours(1);

    private readonly Entries<DeviceAuthorization> _devices = new(store, time, "device");

    // A user code leads to the hash of the device code, so that somebody who reads the store can't poll in the device's place.
    private readonly Entries<string> _userCodes = new(store, time, "user_code");

    public async ValueTask<(string DeviceCode, DeviceAuthorization Device)> CreateAsync(
        string clientId, IReadOnlyList<string> scopes, IReadOnlyList<string> resources, CancellationToken cancellationToken)
    {
        var deviceCode = RandomId.New();
        var deviceId = IdOf(deviceCode);
        string userCode;
        do
        {
            userCode = RandomNumberGenerator.GetString(UserCodeAlphabet, 8).Insert(4, "-");
        }
        while (!await _userCodes.AddAsync(userCode, deviceId, settings.DeviceCodeLifetime, cancellationToken));

        var device = new DeviceAuthorization
        {
            ClientId = clientId,
            UserCode = userCode,
            Scopes = scopes,
            Resources = resources,
            EndsAt = time.GetUtcNow() + settings.DeviceCodeLifetime,
            Interval = Interval,
        };
        await _devices.AddAsync(deviceId, device, settings.DeviceCodeLifetime + Afterlife, cancellationToken);
        return (deviceCode, device);
    }

    /// <summary>The device that has this code; null if there is none.</summary>
    public async ValueTask<(string DeviceId, Entry<DeviceAuthorization> Entry)?> FindAsync(string deviceCode, CancellationToken cancellationToken)
    {
        var deviceId = IdOf(deviceCode);
        return await _devices.FindAsync(deviceId, cancellationToken) is { } entry ? (deviceId, entry) : null;
    }

    /// <summary>The device that still waits under a user code, however the user has typed it; null if there is none.</summary>
    public async ValueTask<(string DeviceId, Entry<DeviceAuthorization> Entry)?> FindByUserCodeAsync(
        string userCode, CancellationToken cancellationToken) =>
        await _userCodes.FindAsync(Normalize(userCode), cancellationToken) is { Value: var deviceId }
        && await _devices.FindAsync(deviceId, cancellationToken) is { Value.State: DeviceState.Pending } entry
            ? (deviceId, entry)
            : null;

    /// <summary>Changes an authorization, unless somebody else has changed it since it was read.</summary>
    public ValueTask<bool> ChangeAsync(
        string deviceId, Entry<DeviceAuthorization> entry, DeviceAuthorization changed, CancellationToken cancellationToken) =>
        _devices.SwapAsync(deviceId, entry, changed, settings.DeviceCodeLifetime + Afterlife, cancellationToken);

    private static string IdOf(string deviceCode) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(deviceCode)));

    private static string Normalize(string userCode)
    {
        var letters = string.Concat(userCode.ToUpperInvariant().Where(letter => UserCodeAlphabet.Contains(letter)));
        return letters.Length == 8 ? letters.Insert(4, "-") : letters;
    }
}
