using System.Security.Cryptography;
using AuthorizationServer.Setup;
using AuthorizationServer.State;

namespace AuthorizationServer.Flows.Device;

/// <summary>Devices that wait, found by the device's long code and by the short one that the user types.</summary>
internal sealed class DeviceAuthorizations(IStateStore store, TimeProvider time, ServerSettings settings)
{
    /// <summary>What the first interval is, and by how much it grows (RFC 8628 sections 3.2 and 3.5).</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    // Without vowels, so that no word appears, and without what is taken for another (RFC 8628 section 6.1).
    private const string UserCodeAlphabet = "BCDFGHJKLMNPQRSTVWXZ";

    // An ended entry is kept for a while, so that the device hears "expired" and not "unknown".
    private static readonly TimeSpan Afterlife = TimeSpan.FromHours(1);

    private readonly Entries<DeviceAuthorization> _devices = new(store, time, "device");
    private readonly Entries<string> _userCodes = new(store, time, "user_code");

    public async ValueTask<(string DeviceCode, DeviceAuthorization Device)> CreateAsync(
        string clientId, IReadOnlyList<string> scopes, IReadOnlyList<string> resources, CancellationToken cancellationToken)
    {
        var deviceCode = RandomId.New();
        string userCode;
        do
        {
            userCode = RandomNumberGenerator.GetString(UserCodeAlphabet, 8).Insert(4, "-");
        }
        while (!await _userCodes.AddAsync(userCode, deviceCode, settings.DeviceCodeLifetime, cancellationToken));

        var device = new DeviceAuthorization
        {
            ClientId = clientId,
            UserCode = userCode,
            Scopes = scopes,
            Resources = resources,
            EndsAt = time.GetUtcNow() + settings.DeviceCodeLifetime,
            AuthorizationId = RandomId.New(),
            Interval = Interval,
        };
        await _devices.AddAsync(deviceCode, device, settings.DeviceCodeLifetime + Afterlife, cancellationToken);
        return (deviceCode, device);
    }

    public ValueTask<Entry<DeviceAuthorization>?> FindAsync(string deviceCode, CancellationToken cancellationToken) =>
        _devices.FindAsync(deviceCode, cancellationToken);

    /// <summary>The device that still waits under a user code, however the user has typed it; null if there is none.</summary>
    public async ValueTask<(string DeviceCode, Entry<DeviceAuthorization> Entry)?> FindByUserCodeAsync(
        string userCode, CancellationToken cancellationToken) =>
        await _userCodes.FindAsync(Normalize(userCode), cancellationToken) is { Value: var deviceCode }
        && await FindAsync(deviceCode, cancellationToken) is { Value.State: DeviceState.Pending } entry
            ? (deviceCode, entry)
            : null;

    /// <summary>Changes an authorization, unless somebody else has changed it since it was read.</summary>
    public ValueTask<bool> ChangeAsync(
        string deviceCode, Entry<DeviceAuthorization> entry, DeviceAuthorization changed, CancellationToken cancellationToken) =>
        _devices.SwapAsync(deviceCode, entry, changed, settings.DeviceCodeLifetime + Afterlife, cancellationToken);

    public static string Normalize(string userCode)
    {
        var letters = string.Concat(userCode.ToUpperInvariant().Where(letter => UserCodeAlphabet.Contains(letter)));
        return letters.Length == 8 ? letters.Insert(4, "-") : letters;
    }
}
