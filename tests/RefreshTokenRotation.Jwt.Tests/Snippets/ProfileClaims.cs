namespace RefreshTokenRotation.Jwt.Tests.Snippets;

/// <summary>The users of a host.</summary>
internal interface IUsers
{
    ValueTask<(string Name, string Email, string[] Roles)> FindAsync(string subject, CancellationToken cancellationToken);
}

// snippet: claims
internal sealed class ProfileClaims(IUsers users) : IClaimsSource
{
    public async ValueTask AddClaimsAsync(ClaimsContext context, CancellationToken cancellationToken)
    {
        var (name, email, roles) = await users.FindAsync(context.Request.Subject, cancellationToken);
        if (context.Kind == JwtTokenKind.AccessToken)
        {
            context.Add("roles", roles);
        }
        else
        {
            if (context.HasScope("profile"))
            {
                context.Add("name", name);
            }

            if (context.HasScope("email"))
            {
                context.Add("email", email);
                context.Add("email_verified", true);
            }
        }
    }
}
// end-snippet
