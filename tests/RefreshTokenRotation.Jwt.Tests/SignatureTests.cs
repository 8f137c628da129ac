using RefreshTokenRotation.Jwt.Tests.Support;
using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.Jwt.Tests;

[TestFixture]
internal sealed class SignatureTests
{
    [Test]
    public async Task Token_of_every_algorithm_is_validated_by_a_stranger([Values] SigningAlgorithm algorithm)
    {
        await using var issuing = new Issuing(keys: [Keys.Of(algorithm)]);

        var issued = await issuing.IssueAsync(Issuing.Request("openid", "read"));

        foreach (var token in new[] { issued.Value, issued.IdToken! }.Select(text => new ReadToken(text)))
        {
            token.Header.GetProperty("alg").GetString().Should().Be(algorithm.ToString());
            token.Header.GetProperty("kid").GetString().Should().Be(Keys.Of(algorithm).KeyId);
            token.IsSignedByKeyOf(await issuing.KeySetAsync()).Should().BeTrue();
        }

        (await issuing.ValidateAsync(issued.Value)).Should().NotBeNull();
    }

    [Test]
    public async Task Threads_that_share_a_key_sign_at_the_same_time()
    {
        const int ThreadCount = 2;
        using var key = new MeetingRsa();
        await using var issuing = new Issuing(keys: [SigningKey.FromRsa(key)]);
        await issuing.IssueAsync();
        using var meeting = new Barrier(ThreadCount);
        key.Meeting = meeting;

        var issued = await Threads.RunAsync(ThreadCount, async _ => await issuing.IssueAsync());

        issued.Should().HaveCount(ThreadCount, "no thread waited outside for the other to finish");
    }

    [Test]
    public async Task Tokens_issued_by_many_threads_at_once_are_all_valid([Values] SigningAlgorithm algorithm)
    {
        const int ThreadCount = 8;
        var perThread = algorithm == SigningAlgorithm.ES256 ? 1000 : 250;
        await using var issuing = new Issuing(keys: [Keys.Of(algorithm)]);
        var set = await issuing.KeySetAsync();

        var wrong = await Threads.RunAsync(ThreadCount, async _ =>
        {
            var failures = 0;
            for (var i = 0; i < perThread; i++)
            {
                var token = await issuing.IssueAsync();
                failures += await issuing.ValidateAsync(token.Value) is not null && new ReadToken(token.Value).IsSignedByKeyOf(set) ? 0 : 1;
            }

            return failures;
        });

        wrong.Should().HaveCount(ThreadCount).And.OnlyContain(count => count == 0);
    }
}
