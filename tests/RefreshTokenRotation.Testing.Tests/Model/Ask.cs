namespace RefreshTokenRotation.Testing.Tests.Model;

/// <summary>What an exchange asks for.</summary>
internal enum Ask
{
    Everything,
    NarrowScope,
    WideScope,
    OwnResource,
    OtherResource,
}
