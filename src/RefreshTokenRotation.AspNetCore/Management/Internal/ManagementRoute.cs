using RefreshTokenRotation.AspNetCore.Management.Internal.Descriptions;

namespace RefreshTokenRotation.AspNetCore.Management.Internal;

/// <summary>One operation: where it is, what it needs, what it does.</summary>
internal sealed record ManagementRoute(string Method, string Path, string Scope, ManagementHandler Handle, OperationDescription Description);
