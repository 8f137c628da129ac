namespace AuthorizationServer.Flows.Device;

/// <summary>The state of a device's authorization.</summary>
internal enum DeviceState
{
    Pending = 1,
    Allowed = 2,
    Denied = 3,
    Used = 4,
}
