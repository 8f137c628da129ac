namespace AuthorizationServer.Lab;

/// <summary>Why the lab does not do what the page asks for.</summary>
/// <param name="Words">For the visitor.</param>
/// <param name="IsMalformed">Whether no page of the lab would have asked for it.</param>
internal sealed record LabRefusal(string Words, bool IsMalformed = false);
