using RefreshTokenRotation;

namespace Quickstart;

/// <summary>An app on a device. It keeps the newest refresh token that reached it.</summary>
internal sealed class Device(string name, string clientId, TokenEndpoint endpoint)
{
    private readonly DeviceInfo _info = new() { Name = name };

    public RefreshToken Token { get; set; }

    public async Task LogInAsync(string subject) => Token = await endpoint.LogInAsync(subject, clientId, _info);

    /// <summary>Refreshes, and keeps the new token.</summary>
    public async Task<RefreshToken> RefreshAsync() => Token = await SendAsync() ?? Token;

    /// <summary>Sends the request, but the answer never arrives: the device still holds its old token.</summary>
    /// <returns>The token that was lost on the way.</returns>
    public async Task<RefreshToken> RefreshAndLoseTheAnswerAsync() => await SendAsync(isLost: true) ?? Token;

    private ValueTask<RefreshToken?> SendAsync(bool isLost = false) => endpoint.RefreshAsync(clientId, Token, _info, isLost);
}
