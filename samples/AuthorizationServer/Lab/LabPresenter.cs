using RefreshTokenRotation;

namespace AuthorizationServer.Lab;

/// <summary>The holder that presents a token. The engine's events name the holder by its device.</summary>
internal sealed record LabPresenter(string Id, string Words, string Address)
{
    public static readonly LabPresenter User = new("user", "the user", "192.0.2.10");

    public static readonly LabPresenter SecondTab = new("tab2", "the second tab", "192.0.2.10");

    public static readonly LabPresenter Thief = new("thief", "the thief", "198.51.100.66");

    /// <summary>The holder whose pane it belongs to.</summary>
    public string Side => this == Thief ? Thief.Id : User.Id;

    public DeviceInfo Device => DeviceInfo.Observe(Address, userAgent: null, Id);

    public static LabPresenter? Find(string? id) => id switch
    {
        "user" => User,
        "tab2" => SecondTab,
        "thief" => Thief,
        _ => null,
    };
}
