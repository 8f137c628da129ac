namespace RefreshTokenRotation.EntityFrameworkCore.Tests.Support;

/// <summary>An entity of the host's own.</summary>
internal sealed class HostUser
{
    public int Id { get; set; }

    public string Name { get; set; } = string.Empty;
}
