using System.Net;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using RefreshTokenRotation.Identity.Internal;
using RefreshTokenRotation.Identity.Tests.Support;
using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.Identity.Tests;

/// <summary>A user who may not go on: 401, the family has ended, and nothing was consumed.</summary>
[TestFixture]
internal sealed class UserTests
{
    public static readonly (string Name, Func<Host, Task> Refuse, RevocationReason Reason)[] Cases =
    [
        ("changed stamp", host => host.ManageAsync((users, user) => users.UpdateSecurityStampAsync(user)), RevocationReason.CredentialsChanged),
        ("changed password", host => host.ManageAsync((users, user) => users.ChangePasswordAsync(user, Host.Password, "N3w-passw0rd")), RevocationReason.CredentialsChanged),
        ("locked out", host => host.ManageAsync((users, user) => users.SetLockoutEndDateAsync(user, DateTimeOffset.MaxValue)), RevocationReason.Administrator),
        ("deleted", host => host.ManageAsync((users, user) => users.DeleteAsync(user)), RevocationReason.Administrator),
        ("may not sign in", host => Veto(host, vetoes => vetoes.SignIn = true), RevocationReason.Administrator),
        ("stamp refused by the host", host => Veto(host, vetoes => vetoes.Stamp = true), RevocationReason.Administrator),
    ];

    [Test]
    public async Task User_who_may_not_go_on_is_refused_before_anything_is_consumed([Range(0, 5)] int number)
    {
        var (name, refuse, reason) = Cases[number];
        await using var host = await Host.StartAsync(hasInterceptedStore: true);
        using var client = await host.LogInAsync();
        await refuse(host);
        var swaps = host.Store.Calls.Count(call => call == "swap");

        (await client.RefreshAsync()).Should().Be(HttpStatusCode.Unauthorized, name);

        var family = (await host.FamiliesAsync()).Single();
        family.RevocationReason.Should().Be(reason, name);
        family.Generation.Should().Be(0);
        host.Store.Calls.Count(call => call == "swap").Should().Be(swaps);
        (await client.InfoAsync()).Should().Be(HttpStatusCode.Unauthorized);
        host.Vetoes.SignIn = host.Vetoes.Stamp = false;
        (await client.RefreshAsync()).Should().Be(HttpStatusCode.Unauthorized, "an ended family stays so");
    }

    [TestCase(false, "code")]
    [TestCase(true, "notice")]
    public async Task Theft_is_written_to_the_user(bool hasNotice, string kind)
    {
        var mailbox = hasNotice ? new TheftMailbox() : new Mailbox();
        await using var host = await Host.StartAsync(
            configure: options => options.SendTheftEmail = true, services: services => services.AddSingleton<IEmailSender<TestUser>>(mailbox));
        using var client = await host.LogInAsync();
        await host.ManageAsync(async (users, user) => await users.ConfirmEmailAsync(user, await users.GenerateEmailConfirmationTokenAsync(user)));
        var stolen = client.RefreshToken;
        await client.RefreshAsync();
        await client.RefreshAsync();
        await client.RefreshAsync(stolen);

        var mail = await mailbox.Theft.Task.WaitAsync(Eventually.Patience);
        mail.Kind.Should().Be(kind);
        mail.Email.Should().Be("alice@example.com");
        if (!hasNotice)
        {
            using var reset = await client.PostAsync("/resetPassword", new { email = mail.Email, resetCode = mail.Text, newPassword = "N3w-passw0rd" });
            reset.StatusCode.Should().Be(HttpStatusCode.OK);
        }
    }

    [TestCase(true, false)]
    [TestCase(false, true)]
    public async Task Nothing_is_written_without_the_option_or_to_an_unconfirmed_address(bool sends, bool confirms)
    {
        var mailbox = new TheftMailbox();
        await using (var host = await Host.StartAsync(
            configure: options => options.SendTheftEmail = sends, services: services => services.AddSingleton<IEmailSender<TestUser>>(mailbox)))
        {
            using var client = await host.LogInAsync();
            if (confirms)
            {
                await host.ManageAsync(async (users, user) => await users.ConfirmEmailAsync(user, await users.GenerateEmailConfirmationTokenAsync(user)));
            }

            var stolen = client.RefreshToken;
            await client.RefreshAsync();
            await client.RefreshAsync();
            (await client.RefreshAsync(stolen)).Should().Be(HttpStatusCode.Unauthorized);
        }

        // The host has stopped, and handed out its events before.
        mailbox.Theft.Task.IsCompleted.Should().BeFalse();
    }

    [Test]
    public async Task Notice_that_could_not_be_sent_is_tried_again_at_the_next_replay_and_is_sent_once()
    {
        var mailbox = new TheftMailbox { Faults = 1 };
        var replays = new Replays();
        await using var host = await Host.StartAsync(RotationPolicy.Strict, services: services =>
        {
            services.AddSingleton<IEmailSender<TestUser>>(mailbox);
            services.AddSingleton<IRefreshTokenEventHandler>(replays);
        });
        using var client = await host.LogInAsync();
        await host.ManageAsync(async (users, user) => await users.ConfirmEmailAsync(user, await users.GenerateEmailConfirmationTokenAsync(user)));
        var stolen = client.RefreshToken;
        await client.RefreshAsync();
        await client.RefreshAsync(stolen);
        var theft = await replays.First.Task.WaitAsync(Eventually.Patience);
        var handler = new TheftEmail<TestUser>(
            host.Services.GetRequiredService<IServiceScopeFactory>(), Options.Create(new IdentityRotationOptions { SendTheftEmail = true }));

        await handler.Awaiting(sender => sender.HandleAsync(theft, CancellationToken.None).AsTask()).Should().ThrowAsync<IOException>();
        await handler.HandleAsync(theft, CancellationToken.None);
        await handler.HandleAsync(theft, CancellationToken.None);

        mailbox.Sent.Should().Be(1);
    }

    private sealed class Replays : IRefreshTokenEventHandler
    {
        public TaskCompletionSource<RefreshTokenEvent> First { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public ValueTask HandleAsync(RefreshTokenEvent refreshTokenEvent, CancellationToken cancellationToken)
        {
            if (refreshTokenEvent is RefreshTokenEvent.ReuseDetected)
            {
                First.TrySetResult(refreshTokenEvent);
            }

            return default;
        }
    }

    private static Task Veto(Host host, Action<Vetoes> veto)
    {
        veto(host.Vetoes);
        return Task.CompletedTask;
    }
}
