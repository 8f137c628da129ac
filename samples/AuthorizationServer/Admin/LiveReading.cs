namespace AuthorizationServer.Admin;

/// <summary>What has been counted since the server started.</summary>
/// <param name="Totals">By the names of the page's tiles.</param>
/// <param name="Rejections">Refused tokens, by reason.</param>
internal sealed record LiveReading(IReadOnlyDictionary<string, long> Totals, IReadOnlyDictionary<string, long> Rejections)
{
    /// <summary>How often in each of the last 60 seconds, oldest first, by the names of the page's tiles; null except in the first reading.</summary>
    public IReadOnlyDictionary<string, long[]>? History { get; init; }
}
