using RefreshTokenRotation;

namespace AuthorizationServer.Lab;

/// <summary>A token that somebody received. The page gets its generation and its last characters.</summary>
internal sealed class LabToken(int id, LabFamily family, long generation, RefreshToken value)
{
    private const int ShownLength = 4;

    public int Id => id;

    public LabFamily Family => family;

    public long Generation => generation;

    public RefreshToken Value => value;

    public string Tail => value.Reveal()[^ShownLength..];

    /// <summary>The holder who exchanged it for its successor.</summary>
    public LabPresenter? SpentBy { get; set; }

    /// <summary>Whether a recovery replaced it, because its response seemed lost.</summary>
    public bool IsDisplaced { get; set; }
}
