namespace RefreshTokenRotation.Simulation.Calls;

/// <summary>
/// A call after everything that it has been told so far. What it does next is a function of that alone, because all it sees passes
/// through <see cref="Stage"/>; so a node is run once, however many histories pass through it.
/// </summary>
internal sealed class CallNode(int id, CallRoot root, CallNode? parent, CallNode.Told told)
{
    public int Id { get; } = id;

    public CallRoot Root { get; } = root;

    public CallNode? Parent { get; } = parent;

    /// <summary>What led here from the parent.</summary>
    public Told Last { get; } = told;

    /// <summary>What it waits for; null if it ended.</summary>
    public Asked? Asked { get; set; }

    /// <summary>How it ended; null if it waits.</summary>
    public Answer? Answer { get; set; }

    public Dictionary<Told, CallNode> Children { get; } = [];

    /// <summary>A reply, and the time and the policy that hold from then on.</summary>
    internal readonly record struct Told(Reply Reply, int Now, int Policy);
}
