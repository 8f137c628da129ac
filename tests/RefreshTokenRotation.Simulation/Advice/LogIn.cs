namespace RefreshTokenRotation.Simulation.Advice;

/// <summary>One user's log-in at the client: where it keeps its token, and what happens when that is refused.</summary>
internal sealed class LogIn(ClientWorld world, string user)
{
    /// <summary>The token in the client's storage: the browser's, the phone's, the server's, or a file.</summary>
    public RefreshToken Stored { get; set; } = world.LogIn(user);

    /// <summary>Whether a thief holds a token of it: that it ends is wanted.</summary>
    public bool IsStolen { get; set; }

    /// <summary>A token was refused. The user logs in again, unless another holder of the storage has brought a newer one.</summary>
    public void Refuse(RefreshToken presented)
    {
        if (presented != Stored)
        {
            return;
        }

        world.ForcedLogIns += IsStolen ? 0 : 1;
        Stored = world.LogIn(user);
    }

    /// <summary>Presents what is stored and stores what comes back, unless another holder was first: a late answer must not displace a newer one.</summary>
    public void Refresh()
    {
        var presented = Stored;
        world.Send(presented, answer =>
        {
            if (answer is { } token)
            {
                Stored = presented == Stored ? token : Stored;
            }
            else
            {
                Refuse(presented);
            }
        });
    }
}
