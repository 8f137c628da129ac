namespace RefreshTokenRotation.Simulation.Worlds;

/// <summary>A client, a tab, the thief or the host.</summary>
/// <param name="Held">The token that was received last; -1 for none.</param>
/// <param name="Begun">Calls so far.</param>
/// <param name="Left">Calls that may still begin.</param>
/// <param name="Waits">Whether a response is awaited.</param>
/// <param name="FirstPresented">When the held token was first presented, or -1; kept for an honest client alone in its world.</param>
/// <param name="Lost">How many presentations of the held token brought no response; kept likewise.</param>
/// <param name="Bag">All tokens that the thief has, in order.</param>
internal readonly record struct Actor(int Held, int Begun, int Left, bool Waits, int FirstPresented, int Lost, int[] Bag)
{
    public void AddTo(KeyWriter key)
    {
        key.Add(Held);
        key.Add(Begun);
        key.Add((Left << 1) | (Waits ? 1 : 0));
        key.Add(FirstPresented);
        key.Add(Lost);
        key.Add(Bag.Length);
        key.AddRange(Bag);
    }

    public Actor Received(int token) => token == Held
        ? this with { Waits = false }
        : this with { Held = token, Waits = false, FirstPresented = -1, Lost = 0 };

    public Actor Pocketed(int token) => this with { Held = token, Bag = Bag.Contains(token) ? Bag : [.. Bag.Append(token).Order()] };
}
