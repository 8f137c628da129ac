using Microsoft.Extensions.DependencyInjection;

namespace RefreshTokenRotation.Tests.Snippets;

/// <summary>The README's code on policies.</summary>
internal static class Policies
{
    public static void Register(IServiceCollection services)
    {
        // snippet: policies
        services.AddRefreshTokenRotation(options =>
        {
            options.DefaultPolicy = RotationPolicy.Strict;
            options.ClientPolicies["spa"] = RotationPolicy.Spa with { ActiveCap = 5, ReuseResponse = ReuseResponse.UserAndClient };
            options.ResourcePolicies["https://api.example/payments"] = RotationPolicy.Strict with
            {
                AbsoluteLifetime = TimeSpan.FromHours(12),
                IdleLifetime = TimeSpan.FromMinutes(15),
            };
            options.ClientResourcePolicies[("phone", "https://api.example/photos")] = RotationPolicy.Mobile;
        });
        // end-snippet
    }

    public static async Task ChangeAsync(IRotationPolicyManager policies)
    {
        // snippet: policy-at-run-time
        var policy = await policies.GetAsync("spa");
        await policies.SetAsync("spa", policy with { ShadowMode = true }); // validated; holds from the next call on
        await policies.RemoveAsync("spa"); // the options decide again
        // end-snippet
    }

    public static async Task<string> AdviseAsync(IRotationAdvisor advisor)
    {
        // snippet: advice
        var advice = await advisor.GetAsync("cli");
        var sentence = advice.Sentence; // "Agents: Processes share one token and present old ones …; it hides a thief who …."
        // end-snippet
        return sentence;
    }
}
