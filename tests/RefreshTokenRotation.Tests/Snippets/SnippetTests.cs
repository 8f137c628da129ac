using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.Tests.Snippets;

/// <summary>The code of the README and the pages does what they say.</summary>
public sealed class SnippetTests
{
    [Test]
    public async Task Getting_started_rotates_and_refuses_a_replay()
    {
        var time = new FakeTime();
        await using var provider = Build(GettingStarted.Register, time);
        var tokens = provider.GetRequiredService<IRefreshTokenService>();

        var first = await GettingStarted.LogInAsync(tokens, "alice");
        var second = await GettingStarted.RefreshAsync(tokens, first);
        var retry = await GettingStarted.RefreshAsync(tokens, first);
        time.Advance(RotationPolicy.Spa.Leeway);
        var replay = await GettingStarted.RefreshAsync(tokens, first);
        var victim = await GettingStarted.RefreshAsync(tokens, second.RefreshToken!);

        second.Status.Should().Be(200);
        second.RefreshToken.Should().NotBe(first);
        (await GettingStarted.RefreshBrieflyAsync(tokens, await GettingStarted.LogInAsync(tokens, "bob"))).Status.Should().Be(200);
        (await GettingStarted.RefreshBrieflyAsync(tokens, first)).Should().Be(replay);
        retry.Should().Be(second);
        replay.Should().Be(new GettingStarted.WireAnswer(400, Error: "invalid_grant"));
        victim.Should().Be(replay);
    }

    [Test]
    public async Task Getting_started_answers_an_outage_with_503_and_consumes_nothing()
    {
        var resolver = new FailingResolver();
        await using var provider = Build(
            GettingStarted.Register, new FakeTime(), services => services.AddSingleton<IRotationPolicyResolver>(resolver));
        var tokens = provider.GetRequiredService<IRefreshTokenService>();
        var token = await GettingStarted.LogInAsync(tokens, "alice");

        resolver.Fails = true;
        (await GettingStarted.RefreshAsync(tokens, token)).Status.Should().Be(503);

        resolver.Fails = false;
        (await GettingStarted.RefreshAsync(tokens, token)).Status.Should().Be(200);
    }

    [Test]
    public async Task Policies_are_valid_and_the_narrowest_holds()
    {
        await using var provider = Build(Policies.Register, new FakeTime());
        var resolver = provider.GetRequiredService<IRotationPolicyResolver>();

        async Task<RotationPolicy> PolicyOf(string client, params string[] resources) =>
            await resolver.ResolveAsync(new RotationPolicyContext(client, string.Empty, resources), CancellationToken.None);

        (await PolicyOf("other")).Should().Be(RotationPolicy.Strict);
        (await PolicyOf("spa", "https://api.example/payments")).ActiveCap.Should().Be(5);
        (await PolicyOf("phone", "https://api.example/payments")).AbsoluteLifetime.Should().Be(TimeSpan.FromHours(12));
        (await PolicyOf("phone", "https://api.example/photos")).Should().Be(RotationPolicy.Mobile);
    }

    [Test]
    public async Task Policy_changed_at_run_time_is_stored_and_removed_again()
    {
        var store = new RecordingPolicies();
        await using var provider = Build(Policies.Register, new FakeTime(), services => services.AddSingleton<IRotationPolicyStore>(store));

        await Policies.ChangeAsync(provider.GetRequiredService<IRotationPolicyManager>());

        store.Written.Should().HaveCount(2);
        store.Written[0]!.ShadowMode.Should().BeTrue();
        store.Written[0]!.ActiveCap.Should().Be(5);
        store.Written[1].Should().BeNull();
    }

    [Test]
    public async Task Hook_refuses_a_blocked_user_and_consumes_nothing()
    {
        var users = new Users();
        using var engine = new Engine(RotationPolicy.Strict, configure: builder =>
        {
            builder.Services.AddSingleton<IUserDirectory>(users);
            builder.AddExchangeHook<BlockedUsers>();
        });
        var issued = await engine.IssueAsync();

        users.Blocked = Engine.User;
        (await engine.FailAsync(issued.RefreshToken)).Should().Be(RejectionReason.Refused);

        users.Blocked = null;
        (await engine.SucceedAsync(issued.RefreshToken)).Outcome.Should().Be(ExchangeOutcome.Rotated);
    }

    [Test]
    public async Task Hook_shortens_a_family_that_was_recovered()
    {
        using var engine = new Engine(RotationPolicy.Mobile, configure: builder =>
        {
            builder.Services.AddSingleton<IUserDirectory>(new Users());
            builder.AddExchangeHook<BlockedUsers>();
        });
        var issued = await engine.IssueAsync();
        await engine.SucceedAsync(issued.RefreshToken);

        engine.Time.Advance(TimeSpan.FromHours(1));
        var recovered = await engine.SucceedAsync(issued.RefreshToken);

        recovered.Family.AbsoluteExpiresAt.Should().Be(engine.Now.AddHours(8));
    }

    [Test]
    public async Task Own_parts_are_used_and_a_theft_reaches_the_user()
    {
        var mailer = new Mailer();
        await using (var provider = BuildParts(mailer))
        {
            var tokens = provider.GetRequiredService<IRefreshTokenService>();
            var phone = new DeviceInfo { Name = "phone" };
            var issued = await tokens.IssueAsync(new IssueRequest { Subject = "alice", ClientId = "spa", Device = phone });
            var replay = new ExchangeRequest { RefreshToken = issued.RefreshToken, ClientId = "spa" };
            await tokens.ExchangeAsync(replay);
            await tokens.ExchangeAsync(replay);
            foreach (var service in provider.GetServices<IHostedService>())
            {
                await service.StopAsync(CancellationToken.None); // as a host does: waiting events are handled
            }
        }

        mailer.Sent.Should().Equal(("alice", "We ended the session of phone: another device used an old token of it at 2026-01-01 00:00:00Z. If that wasn't you, change your password."));
    }

    [Test]
    public async Task Sessions_elsewhere_are_listed_and_ended()
    {
        await using var provider = BuildParts(new Mailer());
        var tokens = provider.GetRequiredService<IRefreshTokenService>();
        var here = await tokens.IssueAsync(new IssueRequest { Subject = "alice", ClientId = "spa" });
        var elsewhere = await tokens.IssueAsync(new IssueRequest { Subject = "alice", ClientId = "phone" });
        var bob = await tokens.IssueAsync(new IssueRequest { Subject = "bob", ClientId = "spa" });

        var page = await Sessions.LogOutElsewhereAsync(provider.GetRequiredService<ITokenFamilyManager>(), "alice", here.Family.FamilyId);

        page.Families.Select(family => family.FamilyId).Should().BeEquivalentTo([here.Family.FamilyId, elsewhere.Family.FamilyId]);
        async Task<bool> Lives(IssueResult issued) =>
            await tokens.IntrospectAsync(new IntrospectRequest { RefreshToken = issued.RefreshToken }) is IntrospectResult.Active;
        (await Lives(here)).Should().BeTrue();
        (await Lives(elsewhere)).Should().BeFalse();
        (await Lives(bob)).Should().BeTrue();
    }

    private static ServiceProvider BuildParts(IMailer mailer) => Build(
        Sessions.Register, new FakeTime(), services => services.AddSingleton(mailer).AddSingleton<IUserDirectory>(new Users()));

    private static ServiceProvider Build(Action<IServiceCollection> register, TimeProvider time, Action<IServiceCollection>? further = null)
    {
        var services = new ServiceCollection();
        services.AddSingleton(time);
        further?.Invoke(services);
        register(services);
        return services.BuildServiceProvider(new ServiceProviderOptions { ValidateOnBuild = true, ValidateScopes = true });
    }

    private sealed class FailingResolver : IRotationPolicyResolver
    {
        public bool Fails { get; set; }

        public ValueTask<RotationPolicy> ResolveAsync(RotationPolicyContext context, CancellationToken cancellationToken) =>
            Fails ? throw new TimeoutException() : new(RotationPolicy.Spa);
    }

    private sealed class RecordingPolicies : IRotationPolicyStore
    {
        public List<RotationPolicy?> Written { get; } = [];

        public ValueTask<RotationPolicy?> FindAsync(string clientId, string tenantId, CancellationToken cancellationToken) =>
            new(Written.LastOrDefault());

        public ValueTask<VersionedRotationPolicy?> ReadAsync(string clientId, string tenantId, CancellationToken cancellationToken) =>
            new(Written.LastOrDefault() is { } policy ? new VersionedRotationPolicy(policy, "1") : null);

        public ValueTask<bool> TrySetAsync(string clientId, string tenantId, RotationPolicy? policy, string? version, CancellationToken cancellationToken)
        {
            Written.Add(policy);
            return new(true);
        }
    }

    private sealed class Users : IUserDirectory
    {
        public string? Blocked { get; set; }

        public ValueTask<bool> IsBlockedAsync(string subject, CancellationToken cancellationToken) => new(subject == Blocked);
    }

    private sealed class Mailer : IMailer
    {
        public List<(string Subject, string Text)> Sent { get; } = [];

        public ValueTask SendAsync(string subject, string text, CancellationToken cancellationToken)
        {
            Sent.Add((subject, text));
            return ValueTask.CompletedTask;
        }
    }
}
