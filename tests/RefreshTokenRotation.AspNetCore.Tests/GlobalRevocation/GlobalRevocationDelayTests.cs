using System.Collections.Concurrent;
using System.Net.Http.Headers;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using RefreshTokenRotation.AspNetCore.Tests.ResourceServer;
using RefreshTokenRotation.AspNetCore.Tests.Support;
using RefreshTokenRotation.Storage;
using RefreshTokenRotation.Testing;

namespace RefreshTokenRotation.AspNetCore.Tests.GlobalRevocation;

/// <summary>From a Global Token Revocation to the last access token that an API accepts.</summary>
[TestFixture]
internal sealed class GlobalRevocationDelayTests
{
    private const int Families = 1_000;
    private const int TokensOfAFamily = 10;

    [Test]
    public async Task No_access_token_of_the_user_is_accepted_after_the_cache_time()
    {
        var store = new FaultingTokenStore(new InMemoryTokenStore());
        var cacheTime = TimeSpan.FromSeconds(10);
        await using var server = await ServerAsync(store);
        await using var api = await ProtectedApi.StartAsync(options => options.CacheTime = cacheTime, setup => setup.Store = store);
        var ids = new List<Guid>();
        for (var i = 0; i < Families; i++)
        {
            ids.Add((await server.IssueAsync(i % 2 == 0 ? Clients.Public : Clients.OtherPublic)).Family.FamilyId);
        }

        var other = (await server.Tokens.IssueAsync(new IssueRequest { Subject = "bob", ClientId = Clients.Public })).Family.FamilyId;
        string[] tokens = [.. ids.SelectMany(id => Enumerable.Range(0, TokensOfAFamily).Select(i => $"rtr_fid={id:N},rtr_gen=0,jti={i}"))];
        (await CountAsync(api, tokens, 200)).Should().Be(tokens.Length, "the API has just asked about each family, and remembers");

        var answer = await server.SendAsync(
            new HttpRequestMessage(HttpMethod.Post, "/oauth/global-token-revocation")
            {
                Content = new StringContent("""{"sub_id":{"format":"opaque","id":"alice-7"}}""", new MediaTypeHeaderValue("application/json")),
            },
            static request => request.Basic("tool", "its secret"));
        ((int)answer.Status).Should().Be(204, answer.Text);
        (await CountAsync(api, tokens[..10], 200)).Should().Be(10, "another node goes on for the cache time, so that the test shows something");
        api.Time.Advance(cacheTime);

        (await CountAsync(api, tokens, 401)).Should().Be(tokens.Length);
        TestContext.Out.WriteLine($"refused within {cacheTime}: {tokens.Length} of {tokens.Length}");
        (await CountAsync(api, [$"rtr_fid={other:N},rtr_gen=0"], 200)).Should().Be(1, "another user goes on");
    }

    private static async Task<int> CountAsync(TestHost api, string[] tokens, int status)
    {
        var statuses = new ConcurrentBag<int>();
        await Parallel.ForEachAsync(tokens, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (token, _) => statuses.Add((int)(await api.CallWithClaimsAsync(token)).Status));
        return statuses.Count(seen => seen == status);
    }

    private static Task<TestHost> ServerAsync(FaultingTokenStore store) => TestHost.StartAsync(setup =>
    {
        setup.Store = store;
        setup.Policy(RotationPolicy.Mobile with { ActiveCap = Families });
        setup.Endpoints(static options => options.Clients.Add(new OAuthClient
        {
            ClientId = "tool",
            AuthenticationMethod = ClientAuthenticationMethod.ClientSecret,
            SecretHashes = [ClientSecret.Hash("its secret")],
            AllowGlobalRevocation = true,
        }));
        setup.Build = static rotation => rotation.UseSubjectIdentifierResolver<KnownNames>();
        setup.Map = static endpoints => endpoints.MapGlobalTokenRevocation();
    });
}
