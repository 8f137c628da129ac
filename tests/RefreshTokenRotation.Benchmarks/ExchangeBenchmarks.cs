using BenchmarkDotNet.Attributes;

namespace RefreshTokenRotation.Benchmarks;

/// <summary>The exchanges and their floors under BenchmarkDotNet.</summary>
[MemoryDiagnoser]
public class ExchangeBenchmarks
{
    private readonly Floor _floor = new();
    private Bench _strict = null!;
    private Bench _leeway = null!;
    private Bench _retried = null!;

    /// <summary>Starts a family for each benchmark.</summary>
    [GlobalSetup]
    public async Task SetUpAsync()
    {
        _strict = await Bench.StartAsync(RotationPolicy.Strict);
        _leeway = await Bench.StartAsync(RotationPolicy.Spa);
        _retried = await Bench.StartAsync(RotationPolicy.Spa with { Leeway = TimeSpan.FromHours(1) });
        _retried.Rotate();
    }

    /// <summary>The bare cryptography of a rotation.</summary>
    [Benchmark(Baseline = true)]
    public void Floor() => _floor.Rotate();

    /// <summary>A rotation, leeway off.</summary>
    [Benchmark]
    public void Rotate() => _strict.Rotate();

    /// <summary>A rotation, leeway on.</summary>
    [Benchmark]
    public void RotateWithLeeway() => _leeway.Rotate();

    /// <summary>A retry inside the leeway.</summary>
    [Benchmark]
    public ExchangeResult Reissue() => _retried.Present(_retried.First);

    /// <summary>A malformed token.</summary>
    [Benchmark]
    public ExchangeResult Garbage() => _strict.PresentGarbage();
}
