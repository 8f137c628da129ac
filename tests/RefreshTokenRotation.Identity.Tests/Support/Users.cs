using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Identity.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace RefreshTokenRotation.Identity.Tests.Support;

internal sealed class TestUser : IdentityUser;

internal sealed class TestDb(DbContextOptions<TestDb> options) : IdentityDbContext<TestUser>(options)
{
    protected override void OnModelCreating(ModelBuilder builder)
    {
        base.OnModelCreating(builder);
        builder.AddRefreshTokenRotation();
    }
}

/// <summary>Users of another kind, in a database of their own.</summary>
internal sealed class OtherUser : IdentityUser;

internal sealed class OtherDb(DbContextOptions<OtherDb> options) : IdentityDbContext<OtherUser>(options);

/// <summary>What a host's own sign-in manager may forbid.</summary>
internal sealed class Vetoes
{
    public bool SignIn { get; set; }

    public bool Stamp { get; set; }
}

internal sealed class HostSignInManager(
    UserManager<TestUser> users, IHttpContextAccessor accessor, IUserClaimsPrincipalFactory<TestUser> claims, IOptions<IdentityOptions> options,
    ILogger<SignInManager<TestUser>> logger, IAuthenticationSchemeProvider schemes, IUserConfirmation<TestUser> confirmation, Vetoes vetoes)
    : SignInManager<TestUser>(users, accessor, claims, options, logger, schemes, confirmation)
{
    public override async Task<bool> CanSignInAsync(TestUser user) => !vetoes.SignIn && await base.CanSignInAsync(user);

    public override async Task<bool> ValidateSecurityStampAsync(TestUser? user, string? securityStamp) =>
        !vetoes.Stamp && await base.ValidateSecurityStampAsync(user, securityStamp);
}

/// <summary>Keeps what was to be sent.</summary>
internal class Mailbox : IEmailSender<TestUser>
{
    public TaskCompletionSource<(string Kind, string Email, string Text)> Theft { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task SendConfirmationLinkAsync(TestUser user, string email, string confirmationLink) => Task.CompletedTask;

    public Task SendPasswordResetLinkAsync(TestUser user, string email, string resetLink) => Task.CompletedTask;

    public Task SendPasswordResetCodeAsync(TestUser user, string email, string resetCode)
    {
        Theft.TrySetResult(("code", email, resetCode));
        return Task.CompletedTask;
    }
}

internal sealed class TheftMailbox : Mailbox, ITokenTheftEmailSender<TestUser>
{
    /// <summary>How many times it fails first.</summary>
    public int Faults { get; set; }

    public int Sent { get; private set; }

    public Task SendTokenTheftNoticeAsync(TestUser user, string email, TokenFamilyInfo family, CancellationToken cancellationToken)
    {
        if (Faults-- > 0)
        {
            throw new IOException("The mail server is away.");
        }

        Sent++;
        Theft.TrySetResult(("notice", email, family.FamilyId.ToString()));
        return Task.CompletedTask;
    }
}
