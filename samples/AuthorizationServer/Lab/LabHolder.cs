namespace AuthorizationServer.Lab;

/// <summary>Somebody who holds tokens: the user's app, or the thief.</summary>
internal sealed class LabHolder
{
    /// <summary>Every token that it has had.</summary>
    public List<LabToken> Wallet { get; } = [];

    /// <summary>The one that it would use next. Both tabs of the user share it, because they share the storage of their origin.</summary>
    public LabToken? Current { get; private set; }

    /// <summary>Whether the response to its last refresh was lost.</summary>
    public bool HasLostResponse { get; set; }

    public void Take(LabToken token)
    {
        HasLostResponse = false;
        Current = token;
        if (!Wallet.Contains(token))
        {
            Wallet.Add(token);
        }
    }

    /// <summary>Forgets a rejected token, as a client does. Another tab may have stored a newer one meanwhile.</summary>
    public void Drop(LabToken token)
    {
        if (Current == token)
        {
            HasLostResponse = false;
            Current = null;
        }
    }
}
