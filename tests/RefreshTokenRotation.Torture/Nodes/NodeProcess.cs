using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace RefreshTokenRotation.Torture.Nodes;

/// <summary>A node as its coordinator sees it: a process that may be gone.</summary>
internal sealed class NodeProcess : IAsyncDisposable
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(2);

    private readonly Process _process;
    private readonly ConcurrentDictionary<long, TaskCompletionSource<NodeReply?>> _open = new();
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly SemaphoreSlim _writing = new(1);
    private readonly Task _reading;
    private long _ids;
    private volatile bool _isGone;

    private NodeProcess(Process process)
    {
        _process = process;
        _reading = ReadAsync();
    }

    /// <summary>Commands without an answer yet.</summary>
    public int OpenCommands => _open.Count;

    public bool IsGone => _isGone;

    public static async Task<NodeProcess> StartAsync(StoreAddress address, string file)
    {
        var start = new ProcessStartInfo(
            Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet",
            [typeof(NodeProcess).Assembly.Location, "node", JsonSerializer.Serialize(address), file])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        start.Environment["DOTNET_TieredPGO"] = "0";
        var node = new NodeProcess(Process.Start(start)!);
        try
        {
            await node._ready.Task.WaitAsync(StartLimit);
            return node;
        }
        catch
        {
            await node.DisposeAsync();
            throw;
        }
    }

    /// <summary>Asks the node.</summary>
    /// <returns>Its answer; null if it went before it answered.</returns>
    /// <exception cref="InvalidOperationException">It was gone before it was asked.</exception>
    public async Task<NodeReply?> AskAsync(NodeCommand command)
    {
        var answer = new TaskCompletionSource<NodeReply?>(TaskCreationOptions.RunContinuationsAsynchronously);
        command = command with { Id = Interlocked.Increment(ref _ids) };
        _open[command.Id] = answer;
        if (_isGone)
        {
            _open.TryRemove(command.Id, out _);
            throw new InvalidOperationException("The node has gone.");
        }

        await _writing.WaitAsync();
        try
        {
            await _process.StandardInput.WriteLineAsync(JsonSerializer.Serialize(command));
            await _process.StandardInput.FlushAsync();
        }
        catch (IOException)
        {
            // It went meanwhile, which the reader tells.
        }
        finally
        {
            _writing.Release();
        }

        return await answer.Task;
    }

    /// <summary>SIGSTOP: it holds what it holds, and does nothing.</summary>
    public void Stop() => _ = Kill(_process.Id, 19);

    /// <summary>SIGCONT.</summary>
    public void Continue() => _ = Kill(_process.Id, 18);

    /// <summary>SIGKILL.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _reading;
        await _process.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        _process.Dispose();
        _writing.Dispose();
    }

    [DllImport("libc", EntryPoint = "kill")]
    private static extern int Kill(int process, int signal);

    private async Task ReadAsync()
    {
        while (await _process.StandardOutput.ReadLineAsync() is { } line)
        {
            if (line == "ready")
            {
                _ready.SetResult();
            }
            else if (TryRead(line) is { } reply && _open.TryRemove(reply.Id, out var answer))
            {
                answer.SetResult(reply);
            }
        }

        _isGone = true;
        _ready.TrySetException(new InvalidOperationException("The node ended before it was ready."));
        foreach (var id in _open.Keys)
        {
            if (_open.TryRemove(id, out var answer))
            {
                answer.SetResult(null);
            }
        }
    }

    /// <summary>A line that a kill cut short is no answer.</summary>
    private static NodeReply? TryRead(string line)
    {
        try
        {
            return JsonSerializer.Deserialize<NodeReply>(line);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
