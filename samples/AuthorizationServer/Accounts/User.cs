namespace AuthorizationServer.Accounts;

/// <summary>A user of this server; an administrator sees what belongs to others.</summary>
internal sealed record User(string Subject, string Name, string Email, bool IsAdmin = false);
