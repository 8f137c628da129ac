namespace AuthorizationServer.Lab;

/// <summary>A page watches a world until this is disposed.</summary>
internal sealed class LabWatch(Action end) : IDisposable
{
    public void Dispose() => end();
}
