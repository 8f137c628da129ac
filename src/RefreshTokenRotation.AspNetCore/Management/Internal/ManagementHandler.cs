namespace RefreshTokenRotation.AspNetCore.Management.Internal;

/// <summary>The work of one operation. What it throws is an outage.</summary>
internal delegate ValueTask<ManagementAnswer> ManagementHandler(ManagementRequest request);
