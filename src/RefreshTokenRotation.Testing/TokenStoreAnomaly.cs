using System.Globalization;
using RefreshTokenRotation.Testing.Conformance.Model;

namespace RefreshTokenRotation.Testing;

/// <summary>A family whose calls no order explains. No key, hash or salt is in it.</summary>
public sealed class TokenStoreAnomaly
{
    private const int ShownCalls = 30;

    private readonly IReadOnlyList<string> _calls;

    internal TokenStoreAnomaly(Guid familyId, IReadOnlyList<FamilyOperation> operations, long origin)
    {
        FamilyId = familyId;
        _calls = [.. operations.OrderBy(static operation => operation.Start).Select(operation => Describe(operation, origin))];
    }

    /// <summary>The family.</summary>
    public Guid FamilyId { get; }

    /// <summary>The family's calls up to the first answer that no order explains, in the order of their starts, one each.</summary>
    public IReadOnlyList<string> Calls => _calls;

    /// <summary>The family and its last 30 calls.</summary>
    /// <returns>A text of at most 31 lines.</returns>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"No order of the calls on family {FamilyId.ToString("N")[..8]} explains their answers{(_calls.Count > ShownCalls ? $"; the last {ShownCalls} of {_calls.Count} calls" : string.Empty)}:\n{string.Join('\n', _calls.TakeLast(ShownCalls))}");

    private static string Describe(FamilyOperation operation, long origin) => string.Create(
        CultureInfo.InvariantCulture,
        $"  {Milliseconds(operation.Start - origin)} to {(operation.IsOptional ? "?" : Milliseconds(operation.End - origin))} ms, {operation.Node}: {operation}{(operation.IsOptional ? ", no answer" : string.Empty)}");

    private static string Milliseconds(long ticks) =>
        (ticks * 1000.0 / TimeProvider.System.TimestampFrequency).ToString("0.000", CultureInfo.InvariantCulture);
}
