namespace AuthorizationServer.Tests.Operator.Support;

/// <summary>One line of the exposition: a name, labels, and a value.</summary>
internal sealed record Sample(string Name, IReadOnlyDictionary<string, string> Labels, double Value);
