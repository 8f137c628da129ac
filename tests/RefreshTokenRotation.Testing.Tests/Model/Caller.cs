namespace RefreshTokenRotation.Testing.Tests.Model;

/// <summary>Who presents a token.</summary>
internal enum Caller
{
    Rightful,
    OtherClient,
    OtherTenant,
    WithoutKey,
    OtherKey,
}
