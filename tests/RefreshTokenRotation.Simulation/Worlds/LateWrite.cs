namespace RefreshTokenRotation.Simulation.Worlds;

/// <summary>A write whose caller was told of a failure, and that may still land.</summary>
/// <param name="Row">The row to write.</param>
/// <param name="ExpectedVersion">The version that it replaces.</param>
/// <param name="By">The call as it was when it asked for the write.</param>
internal readonly record struct LateWrite(int Row, long ExpectedVersion, Running By)
{
    public void AddTo(KeyWriter key)
    {
        key.Add(-2);
        key.Add(Row);
        By.AddTo(key);
    }
}
