using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;

namespace RefreshTokenRotation.Torture.Nodes;

/// <summary>A node: the engine over a store, in a process that may be killed or stopped at any time. Commands come in as lines, and answers go out as lines.</summary>
internal static class NodeProgram
{
    /// <summary>Pauses between two looks at a clock that another command moves are real time; the engine's time is the node's own.</summary>
    public static async Task<int> RunAsync(StoreAddress address, string file)
    {
        var clock = new SteppedClock();
        await using var calls = new CallFile(file);
        await using var provider = NodeStores.Build(address, clock, calls);
        var engine = new NodeEngine(provider.GetRequiredService<IRefreshTokenService>(), provider.GetRequiredService<ITokenFamilyManager>(), clock, calls);
        var output = TextWriter.Synchronized(new StreamWriter(Console.OpenStandardOutput()) { AutoFlush = true });
        await output.WriteLineAsync("ready");
        while (await Console.In.ReadLineAsync() is { } line)
        {
            var command = JsonSerializer.Deserialize<NodeCommand>(line)!;
            _ = Task.Run(async () => await output.WriteLineAsync(JsonSerializer.Serialize(await AnswerAsync(engine, command))));
        }

        return 0;
    }

    private static async Task<NodeReply> AnswerAsync(NodeEngine engine, NodeCommand command)
    {
        try
        {
            return await engine.RunAsync(command) with { Id = command.Id };
        }
        catch (RefreshTokenUnavailableException outage)
        {
            return new NodeReply(command.Id, NodeReply.Unavailable) { Reason = outage.InnerException?.Message };
        }
        catch (Exception bug)
        {
            return new NodeReply(command.Id, $"Bug: {bug.GetType().Name}: {bug.Message}");
        }
    }
}

/// <summary>The machine's time, and a step.</summary>
internal sealed class SteppedClock : TimeProvider
{
    private long _step;

    public void Set(TimeSpan step) => Volatile.Write(ref _step, step.Ticks);

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow().AddTicks(Volatile.Read(ref _step));
}

/// <summary>Where the store calls are written to.</summary>
internal sealed class CallFile(string path) : TextWriter
{
    private StreamWriter _file = Open(path);

    public override System.Text.Encoding Encoding => System.Text.Encoding.UTF8;

    public void SwitchTo(string path)
    {
        lock (this)
        {
            _file.Dispose();
            _file = Open(path);
        }
    }

    public override void Write(char value) => _file.Write(value);

    public override void WriteLine(string? value) => _file.WriteLine(value);

    public override void Flush() => _file.Flush();

    protected override void Dispose(bool disposing)
    {
        _file.Dispose();
        base.Dispose(disposing);
    }

    private static StreamWriter Open(string path) => new(new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.Read));
}
