using RefreshTokenRotation.Torture.Nodes;

namespace RefreshTokenRotation.Torture.Histories;

/// <summary>What one log-in got: the client's tokens, in the order of their generations.</summary>
internal sealed class Session(string subject, string client, string token, Guid familyId)
{
    private readonly Lock _lock = new();
    private readonly SortedDictionary<long, string> _tokens = new() { [0] = token };

    public string Subject => subject;

    public string Client => client;

    public Guid FamilyId => familyId;

    /// <summary>How many generations back a token may be and still be answered.</summary>
    public int Reach => client == NodeStores.StrictClient ? 0 : 1;

    /// <summary>How many generations back a token is answered for certain, whatever the clocks say.</summary>
    public int SureReach => client == NodeStores.LeewayClient ? 1 : 0;

    /// <summary>Whether its client has been told that it is over.</summary>
    public volatile bool IsOver;

    /// <summary>The newest token that was answered.</summary>
    public (long Generation, string Token) Held
    {
        get
        {
            lock (_lock)
            {
                return (_tokens.Last().Key, _tokens.Last().Value);
            }
        }
    }

    /// <summary>Keeps a token that was answered; the first of a generation.</summary>
    public void Keep(long generation, string answered)
    {
        lock (_lock)
        {
            _tokens.TryAdd(generation, answered);
        }
    }

    /// <summary>The token of a place in the order, from the oldest.</summary>
    public (long Generation, string Token) At(int index)
    {
        lock (_lock)
        {
            var (generation, answered) = _tokens.ElementAt(index % _tokens.Count);
            return (generation, answered);
        }
    }

    public override string ToString() => $"family {familyId.ToString("N")[..8]} of {subject} at {client}";
}
