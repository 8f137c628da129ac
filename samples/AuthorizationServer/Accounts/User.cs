namespace AuthorizationServer.Accounts;

internal sealed record User(string Subject, string Name, string Email);
