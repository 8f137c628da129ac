using RefreshTokenRotation;

namespace AuthorizationServer.Lab;

/// <summary>A policy that the visitor can choose for the client.</summary>
internal sealed record LabPreset(string Id, string Name, string Words, RotationPolicy Policy)
{
    public static readonly IReadOnlyList<LabPreset> All =
    [
        new("strict", "Strict", "Rotates without leeway: any token but the current one is reuse.", RotationPolicy.Strict),
        new("spa", "Browser app (SPA)", "Leeway of 10 s: within it, the previous token gets the same successor again.", RotationPolicy.Spa),
        new("mobile", "Mobile app", "Leeway of 10 s. After that, a lost response can be recovered once, within a day.", RotationPolicy.Mobile),
        new(
            "agents",
            "Agents",
            "Leeway of an hour, 32 generations back: processes that share one stored token, and cache it, each get the current one.",
            RotationPolicy.Agents),
        new(
            "fapi",
            "FAPI",
            "The token stays the same. FAPI binds it to a key of the client instead of rotating it; this client has no key.",
            RotationPolicy.Fapi),
        new(
            "shadow",
            "Strict in shadow mode",
            "Strict, on trial: reuse is rejected and reported, but nothing is revoked.",
            RotationPolicy.Strict with { ShadowMode = true }),
    ];

    public static LabPreset? Find(string? id) => All.FirstOrDefault(preset => preset.Id == id);
}
