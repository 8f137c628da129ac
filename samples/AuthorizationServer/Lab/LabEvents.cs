using System.Collections.Concurrent;
using System.Threading.Channels;
using RefreshTokenRotation;

namespace AuthorizationServer.Lab;

/// <summary>The events of one world's engine. They say why a token was rejected; the response to a client never does.</summary>
internal sealed class LabEvents : IRefreshTokenEventHandler
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly ConcurrentDictionary<string, Channel<RefreshTokenEvent>> _told = new(StringComparer.Ordinal);

    public ValueTask HandleAsync(RefreshTokenEvent refreshTokenEvent, CancellationToken cancellationToken) =>
        PresenterIn(refreshTokenEvent) is { } presenter
            ? Told(presenter).Writer.WriteAsync(refreshTokenEvent, cancellationToken)
            : ValueTask.CompletedTask;

    /// <summary>The event of a presentation. There is one for each, published after its response.</summary>
    public async Task<RefreshTokenEvent> NextAsync(LabPresenter presenter)
    {
        using var patience = new CancellationTokenSource(Patience);
        return await Told(presenter.Id).Reader.ReadAsync(patience.Token);
    }

    private Channel<RefreshTokenEvent> Told(string presenter) => _told.GetOrAdd(presenter, static _ => Channel.CreateUnbounded<RefreshTokenEvent>());

    private static string? PresenterIn(RefreshTokenEvent told) => told switch
    {
        RefreshTokenEvent.Exchanged exchanged => exchanged.Device?.Name,
        RefreshTokenEvent.ReuseDetected reuse => reuse.Device?.Name,
        RefreshTokenEvent.Rejected rejected => rejected.Device?.Name,
        _ => null,
    };
}
