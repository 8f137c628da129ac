using System.Text.Json;
using RefreshTokenRotation.Testing.Conformance.Model;
using RefreshTokenRotation.Testing.History;

namespace RefreshTokenRotation.Testing;

/// <summary>What nodes asked a token store and what it returned, and whether that is linearizable: for each family, one order of the calls, each
/// between its start and its end, explains every answer. Thread-safe.</summary>
/// <remarks>
/// <para>Begin over an empty store: families that were there before are left out. Several processes of one machine may write their calls to files, which one of them reads; the start and the end
/// of a call come from the machine's monotonic clock. A call that failed, or whose process was killed, may have happened at any later time, or never.</para>
/// <para>Keys, hashes and salts are hashed before they are kept or written.</para>
/// </remarks>
public sealed class TokenStoreHistory
{
    private readonly Lock _lock = new();
    private readonly List<RecordedCall> _calls = [];

    /// <summary>How many calls there are, those without an answer among them.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _calls.Count;
            }
        }
    }

    /// <summary>Puts a recorder before a store, whose calls are kept here.</summary>
    /// <param name="store">The store of one node.</param>
    /// <param name="node">The node's name, for the reader of a failure.</param>
    /// <returns>A store that does the same and records.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    public ITokenStore Record(ITokenStore store, string node)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(node);
        return new RecordingStore(store, TakeFrom(node));
    }

    /// <summary>Puts a recorder before a store that writes its calls down, so that they outlive the process.</summary>
    /// <param name="store">The store of one node.</param>
    /// <param name="output">Gets one line before each call and one behind it, each flushed.</param>
    /// <returns>A store that does the same and records.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    public static ITokenStore Record(ITokenStore store, TextWriter output)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(output);
        return new RecordingStore(store, line =>
        {
            var text = JsonSerializer.Serialize(line, HistoryLineContext.Default.HistoryLine);
            lock (output)
            {
                output.WriteLine(text);
                output.Flush();
            }
        });
    }

    /// <summary>Adds the calls that another process wrote down. A last line that its end cut short is left out.</summary>
    /// <param name="input">What <see cref="Record(ITokenStore, TextWriter)"/> has written.</param>
    /// <param name="node">The node's name, for the reader of a failure.</param>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <exception cref="JsonException">A line that is not the last one can't be read.</exception>
    public void Read(TextReader input, string node)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(node);
        var take = TakeFrom(node);
        var text = input.ReadLine();
        while (text is not null)
        {
            var next = input.ReadLine();
            try
            {
                take(JsonSerializer.Deserialize(text, HistoryLineContext.Default.HistoryLine)!);
            }
            catch (JsonException) when (next is null)
            {
                return;
            }

            text = next;
        }
    }

    /// <summary>Looks for an order that explains the answers, for each family. Call it when no call is under way.</summary>
    /// <returns>The families without one; empty if the history is linearizable.</returns>
    public IReadOnlyList<TokenStoreAnomaly> Check()
    {
        List<RecordedCall> calls;
        lock (_lock)
        {
            calls = [.. _calls];
        }

        return
        [
            .. FamilyCalls.Of(calls)
                .Where(static family => !LinearizabilityCheck.Holds(null, family.Operations))
                .Select(family => new TokenStoreAnomaly(
                    family.First.Grant.FamilyId, LinearizabilityCheck.Shortest(null, family.Operations), calls.Min(static call => call.Begin.At))),
        ];
    }

    private Action<HistoryLine> TakeFrom(string node)
    {
        var open = new Dictionary<long, RecordedCall>();
        return line =>
        {
            lock (_lock)
            {
                if (line.Call is null)
                {
                    open.Remove(line.Number, out var call);
                    call!.End = line;
                }
                else
                {
                    var call = new RecordedCall(node, line);
                    open.Add(line.Number, call);
                    _calls.Add(call);
                }
            }
        };
    }
}
