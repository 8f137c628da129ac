using System.Diagnostics;

namespace RefreshTokenRotation.Tests.Support;

/// <summary>Kills a process that has not ended in time, so that reads of its output end too and the test fails instead of hanging.</summary>
internal sealed class ProcessLimit : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);

    private readonly Process _process;
    private readonly CancellationTokenSource _end = new(Limit);
    private readonly CancellationTokenRegistration _kill;

    public ProcessLimit(Process process)
    {
        _process = process;
        _kill = _end.Token.Register(() => process.Kill(entireProcessTree: true));
    }

    /// <summary>Waits for the process to end by itself or by the test.</summary>
    /// <exception cref="TimeoutException">It had to be killed.</exception>
    public async Task WaitForExitAsync()
    {
        await _process.WaitForExitAsync();
        if (_end.IsCancellationRequested)
        {
            throw new TimeoutException($"{_process.StartInfo.FileName} {string.Join(' ', _process.StartInfo.ArgumentList)} was killed after {Limit}.");
        }
    }

    public void Dispose()
    {
        _kill.Dispose();
        _end.Dispose();
    }
}
