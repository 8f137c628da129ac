using RefreshTokenRotation;

namespace Quickstart;

/// <summary>What a host does at its log-in and at its token endpoint, without HTTP around it.</summary>
internal sealed class TokenEndpoint(IRefreshTokenService tokens, Screen screen)
{
    public async ValueTask<RefreshToken> LogInAsync(string subject, string clientId, DeviceInfo device)
    {
        var issued = await tokens.IssueAsync(new IssueRequest
        {
            Subject = subject,
            ClientId = clientId,
            Scopes = ["openid", "offline_access"],
            Device = device,
        });

        screen.Issued(device, issued);
        return issued.RefreshToken;
    }

    /// <summary>Exchanges a refresh token. Null if the client gets none.</summary>
    public async ValueTask<RefreshToken?> RefreshAsync(string clientId, RefreshToken presented, DeviceInfo device, bool isLost)
    {
        try
        {
            var request = new ExchangeRequest { RefreshToken = presented, ClientId = clientId, Device = device };
            switch (await tokens.ExchangeAsync(request))
            {
                case ExchangeResult.Succeeded succeeded:
                    screen.Exchanged(device, succeeded, isLost);
                    return succeeded.RefreshToken;

                case ExchangeResult.Rejected rejected:
                    screen.Rejected(device, rejected, $"400 {WireError(rejected.Reason)}");
                    return null;

                case var other:
                    throw new InvalidOperationException($"{other} is no answer.");
            }
        }
        catch (RefreshTokenUnavailableException)
        {
            // An outage is not a rejection: the client keeps its token and tries again.
            screen.Unavailable(device, "503, Retry-After: 1");
            return null;
        }
    }

    /// <summary>The client does not learn why: the reason is for the host alone.</summary>
    private static string WireError(RejectionReason reason) => reason switch
    {
        RejectionReason.InvalidScope => "invalid_scope",
        RejectionReason.InvalidTarget => "invalid_target",
        _ => "invalid_grant",
    };
}
