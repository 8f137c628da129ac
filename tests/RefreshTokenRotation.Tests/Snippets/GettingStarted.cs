using Microsoft.Extensions.DependencyInjection;

namespace RefreshTokenRotation.Tests.Snippets;

/// <summary>The first code of the README and the pages. It needs nothing but the package.</summary>
internal static class GettingStarted
{
    public static void Register(IServiceCollection services)
    {
        // snippet: register
        services.AddRefreshTokenRotation(options => options.ClientPolicies["spa"] = RotationPolicy.Spa);
        // end-snippet
    }

    public static async Task<string> LogInAsync(IRefreshTokenService tokens, string userId)
    {
        // snippet: issue
        var issued = await tokens.IssueAsync(new IssueRequest { Subject = userId, ClientId = "spa", Scopes = ["offline_access"] });
        return issued.RefreshToken.Reveal(); // only for the response to the client
        // end-snippet
    }

    public static async Task<WireAnswer> RefreshAsync(IRefreshTokenService tokens, string presented)
    {
        // snippet: exchange
        try
        {
            return await tokens.ExchangeAsync(new ExchangeRequest { RefreshToken = presented, ClientId = "spa" }) switch
            {
                ExchangeResult.Succeeded next => new WireAnswer(200, RefreshToken: next.RefreshToken.Reveal()),
                ExchangeResult.Rejected { Reason: RejectionReason.InvalidScope } => new WireAnswer(400, Error: "invalid_scope"),
                ExchangeResult.Rejected { Reason: RejectionReason.InvalidTarget } => new WireAnswer(400, Error: "invalid_target"),
                _ => new WireAnswer(400, Error: "invalid_grant"), // the reason goes to your log, not to the client
            };
        }
        catch (RefreshTokenUnavailableException)
        {
            return new WireAnswer(503, Error: "temporarily_unavailable"); // an outage, not a rejection: the client keeps its token and retries
        }
        // end-snippet
    }

    /// <summary>The short form, without outages and without scope and resource.</summary>
    public static async Task<WireAnswer> RefreshBrieflyAsync(IRefreshTokenService tokens, string presented)
    {
        // snippet: exchange-briefly
        var result = await tokens.ExchangeAsync(new ExchangeRequest { RefreshToken = presented, ClientId = "spa" });
        return result is ExchangeResult.Succeeded next
            ? new WireAnswer(200, RefreshToken: next.RefreshToken.Reveal())
            : new WireAnswer(400, Error: "invalid_grant"); // the reason goes to your log, not to the client
        // end-snippet
    }

    internal sealed record WireAnswer(int Status, string? RefreshToken = null, string? Error = null);
}
