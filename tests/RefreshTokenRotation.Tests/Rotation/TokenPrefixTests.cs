using Microsoft.Extensions.DependencyInjection;
using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.Tests.Rotation;

[TestFixture]
internal sealed class TokenPrefixTests
{
    [Test]
    public async Task Default_prefix_makes_tokens_findable()
    {
        using var engine = new Engine();

        (await engine.IssueAsync()).RefreshToken.Reveal().Should().MatchRegex("^rtr_[A-Za-z0-9_-]{76}$");
    }

    [TestCase("a")]
    [TestCase("AZaz09_.~-AZaz09_.~-AZaz09_.~-32")]
    public async Task Prefix_of_the_host_is_used_and_accepted(string prefix)
    {
        using var engine = WithPrefix(prefix);
        var issued = await engine.IssueAsync();

        issued.RefreshToken.Reveal().Should().MatchRegex("^" + System.Text.RegularExpressions.Regex.Escape(prefix) + "[A-Za-z0-9_-]{76}$");
        (await engine.SucceedAsync(issued.RefreshToken)).RefreshToken.Reveal().Should().StartWith(prefix);
    }

    [Test]
    public async Task Former_prefixes_are_accepted_and_answers_carry_the_one_in_use()
    {
        using var engine = WithPrefix("new_", "old_", "older-");
        var body = (await engine.IssueAsync()).RefreshToken.Reveal()["new_".Length..];

        var rotated = (await engine.SucceedAsync("older-" + body)).RefreshToken.Reveal();
        rotated.Should().StartWith("new_");
        (await engine.SucceedAsync("old_" + rotated["new_".Length..])).RefreshToken.Reveal().Should().StartWith("new_");
    }

    [Test]
    public async Task Prefix_that_was_never_in_use_is_refused_without_a_store_call()
    {
        var store = new InterceptingStore();
        using var engine = WithPrefix("new_", store, "old_");
        var body = (await engine.IssueAsync()).RefreshToken.Reveal()["new_".Length..];
        var calls = store.Calls.Count;

        foreach (var prefix in new[] { "rtr_", "ol__", "NEW_", "n_", string.Empty, "new_old_" })
        {
            (await engine.FailAsync(prefix + body)).Should().Be(RejectionReason.Unknown);
        }

        store.Calls.Count.Should().Be(calls);
    }

    private static Engine WithPrefix(string prefix, params string[] former) => WithPrefix(prefix, null, former);

    private static Engine WithPrefix(string prefix, InterceptingStore? store, params string[] former) =>
        new(store: store, configure: builder => builder.Services.Configure<RefreshTokenRotationOptions>(options =>
        {
            options.TokenPrefix = prefix;
            foreach (var old in former)
            {
                options.FormerTokenPrefixes.Add(old);
            }
        }));
}
