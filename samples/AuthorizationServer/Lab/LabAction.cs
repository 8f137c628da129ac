namespace AuthorizationServer.Lab;

/// <summary>What the page asks for.</summary>
/// <param name="Action">Which of the actions of <see cref="LabWorld.RunAsync"/>.</param>
/// <param name="By">The actor: <c>user</c>, <c>tab2</c> or <c>thief</c>.</param>
/// <param name="Token">The number of a token of that holder.</param>
/// <param name="Seconds">How far the clock goes.</param>
/// <param name="Preset">The preset to switch to.</param>
internal sealed record LabAction(string? Action, string? By = null, int? Token = null, int? Seconds = null, string? Preset = null);
