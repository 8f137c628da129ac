using System.Buffers.Binary;
using System.Numerics;
using System.Reflection;
using RefreshTokenRotation.Rotation;
using RefreshTokenRotation.Storage;

namespace RefreshTokenRotation.Simulation.Proof;

/// <summary>The functions of Oracle.dfy as Dafny compiles them to C#. They are given the same numbers as the library's own.</summary>
internal sealed class ProvedDecision
{
    /// <summary>A policy whose leeway reaches as far as any, so that each token of a trail is known.</summary>
    private static readonly RotationPolicy Widest = new() { Leeway = TimeSpan.FromSeconds(1), LeewayGenerations = 32 };

    private readonly Type _oracle;

    /// <param name="library">The compiled proof.</param>
    public ProvedDecision(string library)
    {
        _oracle = Assembly.LoadFrom(library).GetType("Oracle.__default", throwOnError: true)!;
    }

    public ExchangeAction ActionOf(
        TokenFamily family, PresentedToken token, string clientId, string? key, bool allowed, RotationPolicy policy, DateTimeOffset now)
    {
        var provesKey = family.Grant.SenderKeyThumbprint is not { } bound || bound == key;
        var request = Call("RequestOf", true, family.Grant.ClientId == clientId, provesKey, allowed);
        var number = (BigInteger)Call(
            "ActionOf", true, Row(family), (BigInteger)Steps(family, token), (BigInteger)token.Generation, request, Policy(policy), (BigInteger)now.UtcTicks);
        return (ExchangeAction)(int)number;
    }

    /// <summary>What rows 8 to 11 and 13 of the table write, in the form of <see cref="Describe"/>.</summary>
    public string NextOf(TokenFamily family, ExchangeAction action, RotationPolicy policy, DateTimeOffset now)
    {
        var sequence = Call("NextOf", Row(family), (BigInteger)(int)action, Policy(policy), (BigInteger)now.UtcTicks);
        var elements = sequence.GetType().GetInterfaces().Single(type => type.Name == "ISequence`1").GetProperty("Elements")!;
        return string.Join(' ', (BigInteger[])elements.GetValue(sequence)!);
    }

    /// <summary>How many transitions lead from a token to the current one; -1 if none do.</summary>
    public static long Steps(TokenFamily family, PresentedToken token) => token.StandingIn(family) switch
    {
        TokenStanding.Current => 0,
        TokenStanding.Previous => 1,
        _ when token.IsEarlier(family, Widest) && Trail.TryRead(family, out var trail) => family.Generation - token.GenerationIn(trail),
        _ => -1,
    };

    /// <summary>The stored transitions of a trail, valid or not: the generation that it was written for, its floor, and when each was and until when its leeway lasts.</summary>
    public static long[] TrailOf(TokenFamily row)
    {
        if (row.Trail is not { } stored)
        {
            return [-1];
        }

        var bytes = stored.Bytes;
        var numbers = new List<long> { BinaryPrimitives.ReadUInt32BigEndian(bytes[1..]), BinaryPrimitives.ReadUInt32BigEndian(bytes[5..]) };
        for (var at = 9; at < bytes.Length; at += 32)
        {
            numbers.Add(BinaryPrimitives.ReadInt64BigEndian(bytes[(at + 16)..]));
            numbers.Add(BinaryPrimitives.ReadInt64BigEndian(bytes[(at + 24)..]));
        }

        return [.. numbers];
    }

    /// <summary>What a decision looks at in a row, and what it writes: numbers, -1 for none.</summary>
    public static string Describe(TokenFamily row) => string.Join(
        ' ',
        row.RotationType == RotationType.NonRotating ? 1 : 0, row.Generation, row.Salt is null ? 0 : 1, Ticks(row.RotatedAt), Ticks(row.LeewayUntil),
        Ticks(row.RecoverUntil), Ticks(row.AbsoluteExpiresAt), Ticks(row.IdleExpiresAt), string.Join(' ', TrailOf(row)));

    private object Row(TokenFamily row)
    {
        var plain = Call(
            "RowOf", row.RotationType == RotationType.NonRotating, row.Grant.SenderKeyThumbprint is not null, (BigInteger)row.Generation, row.Salt is not null,
            Ticks(row.RotatedAt), Ticks(row.LeewayUntil), Ticks(row.RecoverUntil), Ticks(row.AbsoluteExpiresAt), Ticks(row.IdleExpiresAt), row.RevokedAt is not null);
        var trail = TrailOf(row);
        if (trail.Length < 2)
        {
            return plain;
        }

        var entries = Call("NoEntries");
        for (var at = 2; at < trail.Length; at += 2)
        {
            entries = Call("WithEntry", entries, (BigInteger)trail[at], (BigInteger)trail[at + 1]);
        }

        return Call("WithTrail", plain, (BigInteger)trail[0], (BigInteger)trail[1], entries);
    }

    private object Policy(RotationPolicy policy) => Call(
        "PolicyOf", policy.RotationType == RotationType.NonRotating, (BigInteger)policy.Leeway.Ticks, (BigInteger)policy.RecoveryWindow.Ticks, policy.ShadowMode,
        (BigInteger)(policy.HasAbsoluteLifetime ? policy.AbsoluteLifetime.Ticks : -1),
        (BigInteger)(policy.HasIdleLifetime ? policy.IdleLifetime!.Value.Ticks : -1), (BigInteger)policy.LeewayGenerations);

    private object Call(string function, params object[] arguments) => _oracle.GetMethod(function)!.Invoke(null, arguments)!;

    private static BigInteger Ticks(DateTimeOffset? time) => time?.UtcTicks ?? -1;
}
