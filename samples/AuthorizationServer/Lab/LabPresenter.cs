using RefreshTokenRotation;

namespace AuthorizationServer.Lab;

/// <summary>The holder who presents a token. The device's name is how the engine's events say it.</summary>
internal sealed record LabPresenter(string Id, string Words, string Address)
{
    public static readonly LabPresenter User = new("user", "the user", "192.0.2.10");

    public static readonly LabPresenter SecondTab = new("tab2", "the second tab", "192.0.2.10");

    public static readonly LabPresenter Thief = new("thief", "the thief", "198.51.100.66");

    /// <summary>Whose pane and lane it is.</summary>
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
