using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace RefreshTokenRotation.AspNetCore.Tests.Snippets;

/// <summary>Registrations and calls that the page on security events shows.</summary>
internal static class SecurityEventSnippets
{
    public static void AddRevocation(RefreshTokenRotationBuilder builder)
    {
        // snippet: global-revocation
        builder.UseSubjectIdentifierResolver<UsersOfIdentityProvider>();
        // end-snippet
    }

    public static void MapRevocation(WebApplication app)
    {
        // snippet: global-revocation
        app.MapGlobalTokenRevocation();
        // end-snippet
    }

    public static void Send(RefreshTokenRotationBuilder builder, IConfiguration configuration)
    {
        // snippet: security-events-out
        builder.AddSecurityEvents(options => options.Audience = "https://receiver.example/");
        builder.AddSecurityEventPush(options =>
        {
            options.Endpoint = new Uri("https://receiver.example/events");
            options.Authorization = configuration["ReceiverAuthorization"]; // "Bearer …", from a secret store
            options.Folder = "/var/lib/login/security-events";
        });
        // end-snippet
    }

    public static void Receive(RefreshTokenRotationBuilder builder, string keysOfTheProvider)
    {
        // snippet: security-events-in
        builder.UseSubjectIdentifierResolver<UsersOfIdentityProvider>();
        builder.AddSecurityEventReceiver(options =>
        {
            options.Audience = "https://login.example/security-events";
            options.Senders.Add(new SecurityEventSender { Issuer = "https://idp.example/", JsonWebKeySet = keysOfTheProvider });
        });
        // end-snippet
    }

    public static void MapReceiver(WebApplication app)
    {
        // snippet: security-events-in
        app.MapSecurityEventReceiver();
        // end-snippet
    }

    public static async Task EndAsync(ITokenFamilyManager families, DateTimeOffset leakedAt)
    {
        // snippet: end-before-leak
        var ended = await families.RevokeAsync(TokenFamilyFilter.ForTenant("") with { CreatedNoLaterThan = leakedAt });
        // end-snippet
        TestContext.Out.WriteLine(ended);
    }

    // snippet: subject-resolver
    internal sealed class UsersOfIdentityProvider(UserDirectory users) : ISubjectIdentifierResolver
    {
        public async ValueTask<string?> FindSubjectAsync(SubjectIdentifier identifier, string namedBy, string tenantId, CancellationToken cancellationToken) =>
            identifier is { Format: "iss_sub", Issuer: "https://idp.example/", Subject: { } subject } && namedBy == "https://idp.example/"
                ? await users.FindByExternalIdAsync(subject, cancellationToken)
                : null; // not one of its users
    }
    // end-snippet

    internal sealed class UserDirectory
    {
        public ValueTask<string?> FindByExternalIdAsync(string id, CancellationToken cancellationToken) =>
            cancellationToken.IsCancellationRequested ? default : new(id);
    }
}
