using System.Globalization;

namespace RefreshTokenRotation.Testing;

/// <summary>Faults by chance, and the same ones again for the same seed and the same calls.</summary>
/// <example><code>store.Plan = new RandomFaults(seed, 0.2).Choose;</code></example>
public sealed class RandomFaults
{
    private readonly Lock _lock = new();
    private readonly Random _random;
    private readonly StoreFault[] _faults;

    /// <summary>Creates a source of faults.</summary>
    /// <param name="seed">What the choices follow from; <see cref="ToString"/> prints it.</param>
    /// <param name="probability">How likely a call is to fail: 0 to 1.</param>
    /// <param name="faults">What may happen, each as likely as the others; name one twice to make it twice as likely. Default: every conflict,
    /// exception and late write; no stale read, which the store contract forbids.</param>
    /// <exception cref="ArgumentOutOfRangeException">The probability is not from 0 to 1.</exception>
    public RandomFaults(int seed, double probability, params IReadOnlyCollection<StoreFault> faults)
    {
        ArgumentNullException.ThrowIfNull(faults);
        if (probability is not (>= 0 and <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(probability), probability, "A probability must be between 0 and 1.");
        }

        Seed = seed;
        Probability = probability;
        _random = new Random(seed);
        _faults = faults.Count == 0 ? [.. Usual] : [.. faults];
    }

    /// <summary>The faults that can happen to a store that keeps its contract.</summary>
    public static IReadOnlyList<StoreFault> Usual { get; } =
    [
        StoreFault.Conflict,
        StoreFault.ConflictAfterWrite,
        StoreFault.ThrowBeforeWrite,
        StoreFault.ThrowAfterWrite,
        StoreFault.CancelBeforeWrite,
        StoreFault.CancelAfterWrite,
        StoreFault.LandLate(1),
        StoreFault.LandLate(2),
        StoreFault.LandLate(3),
        StoreFault.LandLate(),
    ];

    /// <summary>What the choices follow from.</summary>
    public int Seed { get; }

    /// <summary>How likely a call is to fail.</summary>
    public double Probability { get; }

    /// <summary>Chooses the fault of a call, among those that can happen to it.</summary>
    /// <param name="context">The call.</param>
    public StoreFault Choose(StoreCallContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        lock (_lock)
        {
#pragma warning disable CA5394 // Not for secrets: a seed must give the same faults again.
            if (_random.NextDouble() >= Probability)
            {
                return StoreFault.None;
            }

            var possible = Array.FindAll(_faults, fault => fault.AppliesTo(context.Call));
            return possible.Length == 0 ? StoreFault.None : possible[_random.Next(possible.Length)];
#pragma warning restore CA5394
        }
    }

    /// <summary>The seed and the probability.</summary>
    /// <returns>What to write down to repeat a run.</returns>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"random faults, seed {Seed}, probability {Probability}");
}
