namespace RefreshTokenRotation.AspNetCore.Management.Internal;

/// <summary>The members of a client's <c>refresh_token</c>: first those that users of Auth0 know, then ours.</summary>
internal static class SettingNames
{
    public const string RotationType = "rotation_type";
    public const string ExpirationType = "expiration_type";
    public const string Leeway = "leeway";
    public const string TokenLifetime = "token_lifetime";
    public const string IdleTokenLifetime = "idle_token_lifetime";
    public const string InfiniteTokenLifetime = "infinite_token_lifetime";
    public const string InfiniteIdleTokenLifetime = "infinite_idle_token_lifetime";
    public const string Policies = "policies";
    public const string RecoveryWindow = "recovery_window";
    public const string ShadowMode = "shadow_mode";
    public const string ActiveCap = "active_cap";
    public const string ReuseResponse = "reuse_response";

    public static readonly string[] All =
    [
        RotationType, ExpirationType, Leeway, TokenLifetime, IdleTokenLifetime, InfiniteTokenLifetime, InfiniteIdleTokenLifetime, Policies,
        RecoveryWindow, ShadowMode, ActiveCap, ReuseResponse,
    ];
}
