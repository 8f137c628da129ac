using System.Diagnostics.CodeAnalysis;
using AuthorizationServer.Setup;

namespace AuthorizationServer.Lab;

/// <summary>A visitor's world. It runs one action at a time, and every page that watches it learns of each.</summary>
internal sealed class LabWorld(ClientSettings client, string subject) : IAsyncDisposable
{
    // Bounds what one visitor can make the server keep.
    private const int MaxActions = 500;
    private const int MaxSeconds = 90 * 24 * 3600;

    [SuppressMessage("Usage", "CA2213", Justification = "A request that came too late may still wait for it. Without its wait handle it holds nothing.")]
    private readonly SemaphoreSlim _gate = new(1);

    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private LabScene _scene = new(client, subject, LabPreset.Find(client.Preset.ToLowerInvariant()) ?? LabPreset.All[0], new LabTimeline());
    private int _actions;
    private int _watchers;

    /// <summary>How many pages watch it.</summary>
    public int Watchers => _watchers;

    public DateTimeOffset LastUsedAt { get; set; }

    public Task Ended => _ended.Task;

    /// <summary>Ends at the next change.</summary>
    public Task Changed => _scene.Timeline.Changed;

    /// <returns>Why it can't be done, or else the revision that shows it.</returns>
    public async Task<(LabRefusal? Refusal, int Revision)> RunAsync(LabAction action)
    {
        await _gate.WaitAsync();
        try
        {
            if (Ended.IsCompleted)
            {
                return (new LabRefusal("This lab has ended. Reload the page."), _scene.Timeline.Revision);
            }

            if (action.Action == "reset")
            {
                await StartOverAsync();
            }
            else if (++_actions > MaxActions)
            {
                return (new LabRefusal("This lab can hold no more. Start over."), _scene.Timeline.Revision);
            }
            else if (await DoAsync(action) is { } refusal)
            {
                return (refusal, _scene.Timeline.Revision);
            }

            _scene.Timeline.Pulse();
            return (null, _scene.Timeline.Revision);
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>The world as a page shows it.</summary>
    /// <param name="epoch">The epoch that the page knows; another one makes it start over.</param>
    /// <param name="shown">How many entries of it the page has.</param>
    public async Task<LabView> LookAsync(int epoch, int shown)
    {
        await _gate.WaitAsync();
        try
        {
            return await LabView.OfAsync(_scene, client, epoch, shown);
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Counts a page that watches, until it is disposed of.</summary>
    public IDisposable Watch()
    {
        Interlocked.Increment(ref _watchers);
        return new LabWatch(() => Interlocked.Decrement(ref _watchers));
    }

    /// <summary>Ends the streams of its pages, and then the engine.</summary>
    public async ValueTask DisposeAsync()
    {
        _ended.TrySetResult();
        await _gate.WaitAsync();
        await _scene.DisposeAsync();
        _gate.Release();
    }

    private async Task<LabRefusal?> DoAsync(LabAction action) => (action.Action, LabPresenter.Find(action.By)) switch
    {
        ("login", _) => await _scene.LogInAsync(),
        ("logout", _) => await _scene.LogOutAsync(),
        ("refresh", { } by) => await _scene.RefreshAsync(by, responseIsLost: false),
        ("lose", _) => await _scene.RefreshAsync(LabPresenter.User, responseIsLost: true),
        ("retry", _) => await _scene.RetryAsync(),
        ("tab", _) => _scene.OpenTab(),
        ("race", _) => await _scene.RaceAsync(),
        ("steal", _) => _scene.Steal(),
        ("replay", { } by) when action.Token is { } token => await _scene.ReplayAsync(by, token),
        ("move", _) when action.Seconds is > 0 and <= MaxSeconds => _scene.Move(TimeSpan.FromSeconds(action.Seconds.Value)),
        ("preset", _) when LabPreset.Find(action.Preset) is { } preset => await _scene.SwitchAsync(preset),
        _ => new LabRefusal("There is no such action.", IsMalformed: true),
    };

    /// <summary>Starts a new engine, because the old one still has its families. The chosen preset stays.</summary>
    private async Task StartOverAsync()
    {
        var old = _scene;
        _actions = 0;
        old.Timeline.Clear();
        _scene = new LabScene(client, subject, old.Preset, old.Timeline);
        await _scene.PrepareAsync();
        await old.DisposeAsync();
    }
}
