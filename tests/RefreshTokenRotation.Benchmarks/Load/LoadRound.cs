namespace RefreshTokenRotation.Benchmarks.Load;

/// <summary>What one round measured; times are in microseconds.</summary>
/// <param name="Time">The round's time divided by its requests.</param>
/// <param name="P50">The middle request's time.</param>
/// <param name="P99">The time that one request in a hundred exceeds.</param>
/// <param name="ServerCpu">Processor time of the server, a request.</param>
/// <param name="ClientCpu">Processor time of the client, a request.</param>
/// <param name="Bytes">What the server allocated, a request.</param>
/// <param name="Others">The share of the machine's processors that other programs used meanwhile; null where it is not known.</param>
/// <param name="Requests">How many requests there were.</param>
internal readonly record struct LoadRound(double Time, double P50, double P99, double ServerCpu, double ClientCpu, double Bytes, double? Others, int Requests)
{
    /// <summary>Processor time of both sides, a request.</summary>
    public double Cpu => ServerCpu + ClientCpu;
}
