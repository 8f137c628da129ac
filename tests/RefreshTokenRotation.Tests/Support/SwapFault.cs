namespace RefreshTokenRotation.Tests.Support;

/// <summary>What goes wrong with one compare-and-swap.</summary>
internal enum SwapFault
{
    None,
    ThrowBeforeWrite,
    ThrowAfterWrite,
    ConflictThoughWritten,
    ConflictWithoutWrite,
}
