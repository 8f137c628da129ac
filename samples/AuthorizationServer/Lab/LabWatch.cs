namespace AuthorizationServer.Lab;

/// <summary>Somebody watches a world, until this is disposed of.</summary>
internal sealed class LabWatch(Action end) : IDisposable
{
    public void Dispose() => end();
}
