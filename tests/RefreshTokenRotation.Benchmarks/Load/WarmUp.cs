namespace RefreshTokenRotation.Benchmarks.Load;

/// <summary>Whether a rate stands still. A server compiles its code anew for a while: one on a single core takes 25 s.</summary>
internal sealed class WarmUp
{
    /// <summary>How many slices are compared with as many before them.</summary>
    private const int Window = 5;

    /// <summary>What counts as still: the machine alone moves a rate as much.</summary>
    private const double Tolerance = 0.02;

    private readonly List<double> _rates = [];

    public int Slices => _rates.Count;

    /// <summary>Whether the last slices were not faster than those before them.</summary>
    public bool IsSettled =>
        _rates.Count >= 2 * Window && LoadReport.Middle(_rates.TakeLast(Window)) <= LoadReport.Middle(_rates.SkipLast(Window).TakeLast(Window)) * (1 + Tolerance);

    public void Add(double rate) => _rates.Add(rate);
}
