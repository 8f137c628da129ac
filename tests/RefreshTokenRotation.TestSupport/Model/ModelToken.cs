using System.Collections.Immutable;

namespace RefreshTokenRotation.TestSupport.Model;

/// <summary>A refresh token that the model gave out. The model keeps every one, in clear.</summary>
internal sealed record ModelToken
{
    /// <summary>What the client holds: an opaque name. A comparer maps the engine's real tokens to it.</summary>
    public required string Handle { get; init; }

    /// <summary>How many times the family had rotated when it was made.</summary>
    public required long Generation { get; init; }

    /// <summary>When it was made.</summary>
    public required DateTimeOffset IssuedAt { get; init; }

    /// <summary>The token that was exchanged for it; null for a family's first.</summary>
    public string? Replaces { get; init; }

    /// <summary>Until when the replaced token gets this one again; null if leeway was off, and then the replaced token is as old as any other.</summary>
    public DateTimeOffset? LeewayUntil { get; init; }

    /// <summary>The tokens before <see cref="Replaces"/> that leeway reaches, newest first; null where it reaches over one generation.</summary>
    public ImmutableList<ModelReplaced>? Earlier { get; init; }

    /// <summary>Until when the replaced token may displace this one; null if it may not.</summary>
    public DateTimeOffset? RecoverUntil { get; init; }
}

/// <summary>A token that was replaced: when, and until when its leeway lasts at most.</summary>
internal sealed record ModelReplaced(string Handle, DateTimeOffset At, DateTimeOffset Until)
{
    /// <summary>A clock that went back by up to a minute counts as one that stood still; further back, every window is over.</summary>
    public bool IsInside(DateTimeOffset now, RotationPolicy policy) =>
        now < Until && now - At >= TimeSpan.FromMinutes(-1) && (now <= At ? TimeSpan.Zero : now - At) < policy.Leeway;
}
