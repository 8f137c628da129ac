using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using RefreshTokenRotation.AspNetCore.Management;

namespace RefreshTokenRotation.AspNetCore.Tests.Support;

/// <summary>Keeps every change that was reported. Fails when a test says so.</summary>
internal sealed class AuditLog : IManagementAudit
{
    public ConcurrentQueue<ManagementAuditEntry> All { get; } = [];

    public Exception? Failure { get; init; }

    public void AddTo(RefreshTokenRotationBuilder rotation) => rotation.Services.Replace(ServiceDescriptor.Singleton<IManagementAudit>(this));

    public ValueTask RecordAsync(ManagementAuditEntry entry, CancellationToken cancellationToken)
    {
        All.Enqueue(entry);
        return Failure is { } failure ? throw failure : default;
    }
}
