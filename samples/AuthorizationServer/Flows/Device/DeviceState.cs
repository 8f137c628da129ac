namespace AuthorizationServer.Flows.Device;

/// <summary>How far the authorization of a device is.</summary>
internal enum DeviceState
{
    Pending = 1,
    Allowed = 2,
    Denied = 3,
    Used = 4,
}
