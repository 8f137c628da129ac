using RefreshTokenRotation.Testing.Tests.Support;
using RefreshTokenRotation.TestSupport.Model;

namespace RefreshTokenRotation.Testing.Tests.Model;

/// <summary>What the host's hook says to an exchange.</summary>
/// <param name="Refuse">Whether it refuses.</param>
/// <param name="Absolute">To how long it shortens the absolute lifetime; below zero for not at all.</param>
/// <param name="Idle">To how long it shortens the idle lifetime; below zero for not at all.</param>
internal sealed record HookChoice(bool Refuse, int Absolute, int Idle)
{
    public override string ToString() => Refuse ? "refuses" : Absolute < 0 && Idle < 0 ? "none" : $"shortens by steps {Absolute}, {Idle}";

    public ModelHookAnswer Answer(DateTimeOffset now) => new(Refuse, In(now, Absolute), In(now, Idle));

    private static DateTimeOffset? In(DateTimeOffset now, int step) => step < 0 ? null : now + Catalog.Steps.At(step);
}
