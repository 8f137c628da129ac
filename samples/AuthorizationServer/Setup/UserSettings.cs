namespace AuthorizationServer.Setup;

/// <summary>A user of the demonstration. A real server keeps users in a database, with hashes in place of passwords.</summary>
internal sealed class UserSettings
{
    public string Password { get; set; } = string.Empty;

    public string Name { get; set; } = string.Empty;

    public string Email { get; set; } = string.Empty;

    /// <summary>Whether the user may change settings of clients and end the sessions of others.</summary>
    public bool Admin { get; set; }
}
