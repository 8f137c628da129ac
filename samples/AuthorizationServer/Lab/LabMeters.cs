using System.Diagnostics.Metrics;

namespace AuthorizationServer.Lab;

/// <summary>Gives the meters of a world another name, so that played thefts don't count as the server's own.</summary>
internal sealed class LabMeters : IMeterFactory
{
    public Meter Create(MeterOptions options) => new($"{options.Name}.Lab", options.Version);

    public void Dispose()
    {
        // Each meter belongs to the part that asked for it, which disposes of it.
    }
}
