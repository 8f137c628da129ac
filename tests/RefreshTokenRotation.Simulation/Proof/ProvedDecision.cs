using System.Numerics;
using System.Reflection;
using RefreshTokenRotation.Rotation;
using RefreshTokenRotation.Storage;

namespace RefreshTokenRotation.Simulation.Proof;

/// <summary>The functions of Oracle.dfy as Dafny compiles them to C#. They are given the same numbers as the library's own.</summary>
internal sealed class ProvedDecision
{
    private readonly Type _oracle;

    /// <param name="library">The compiled proof.</param>
    public ProvedDecision(string library)
    {
        _oracle = Assembly.LoadFrom(library).GetType("Oracle.__default", throwOnError: true)!;
    }

    public ExchangeAction ActionOf(
        TokenFamily? family, TokenStanding standing, string clientId, string? key, bool allowed, RotationPolicy policy, DateTimeOffset now)
    {
        var grant = family?.Grant;
        var provesKey = grant?.SenderKeyThumbprint is not { } bound || bound == key;
        var request = Call("RequestOf", true, grant?.ClientId == clientId, provesKey, allowed);
        var number = (BigInteger)Call(
            "ActionOf", family is not null, Row(family), (BigInteger)(int)standing, BigInteger.Zero, request, Policy(policy), (BigInteger)now.UtcTicks);
        return (ExchangeAction)(int)number;
    }

    /// <summary>What rows 8 to 11 and 13 of the table write, in the form of <see cref="Describe"/>.</summary>
    public string NextOf(TokenFamily family, ExchangeAction action, RotationPolicy policy, DateTimeOffset now)
    {
        var sequence = Call("NextOf", Row(family), (BigInteger)(int)action, Policy(policy), (BigInteger)now.UtcTicks);
        var elements = sequence.GetType().GetInterfaces().Single(type => type.Name == "ISequence`1").GetProperty("Elements")!;
        return string.Join(' ', (BigInteger[])elements.GetValue(sequence)!);
    }

    /// <summary>What a decision looks at in a row, and what it writes: numbers, -1 for none.</summary>
    public static string Describe(TokenFamily row) => string.Join(
        ' ',
        row.RotationType == RotationType.NonRotating ? 1 : 0, row.Generation, row.Salt is null ? 0 : 1, Ticks(row.RotatedAt), Ticks(row.LeewayUntil),
        Ticks(row.RecoverUntil), Ticks(row.AbsoluteExpiresAt), Ticks(row.IdleExpiresAt), -1);

    private object Row(TokenFamily? row) => Call(
        "RowOf", row?.RotationType == RotationType.NonRotating, row?.Grant.SenderKeyThumbprint is not null, (BigInteger)(row?.Generation ?? 0),
        row?.Salt is not null, Ticks(row?.RotatedAt), Ticks(row?.LeewayUntil), Ticks(row?.RecoverUntil), Ticks(row?.AbsoluteExpiresAt),
        Ticks(row?.IdleExpiresAt), row?.RevokedAt is not null);

    private object Policy(RotationPolicy policy) => Call(
        "PolicyOf", policy.RotationType == RotationType.NonRotating, (BigInteger)policy.Leeway.Ticks, (BigInteger)policy.RecoveryWindow.Ticks, policy.ShadowMode,
        (BigInteger)(policy.HasAbsoluteLifetime ? policy.AbsoluteLifetime.Ticks : -1),
        (BigInteger)(policy.HasIdleLifetime ? policy.IdleLifetime!.Value.Ticks : -1), BigInteger.One);

    private object Call(string function, params object[] arguments) => _oracle.GetMethod(function)!.Invoke(null, arguments)!;

    private static BigInteger Ticks(DateTimeOffset? time) => time?.UtcTicks ?? -1;
}
