using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;

namespace RefreshTokenRotation.AspNetCore.Tests.Support;

/// <summary>Keeps every event. All of them are there when the host has stopped.</summary>
internal sealed class EventLog : IRefreshTokenEventHandler
{
    public ConcurrentQueue<RefreshTokenEvent> All { get; } = [];

    public void AddTo(RefreshTokenRotationBuilder rotation) => rotation.Services.AddSingleton<IRefreshTokenEventHandler>(this);

    public ValueTask HandleAsync(RefreshTokenEvent refreshTokenEvent, CancellationToken cancellationToken)
    {
        All.Enqueue(refreshTokenEvent);
        return default;
    }
}
