using System.Security.Claims;
using Microsoft.AspNetCore.Identity;
using RefreshTokenRotation;
using RefreshTokenRotation.AspNetCore;

var builder = WebApplication.CreateBuilder(args);
var configuration = builder.Configuration;
var rotation = builder.Services.AddRefreshTokenRotation(configuration.GetSection("RefreshTokenRotation"))
    .UseSqlite(Path.GetFullPath(configuration["Database"]!, builder.Environment.ContentRootPath))
    .UseJwtAccessTokens(configuration.GetSection("JwtAccessTokens")) // in production: set its KeyFolder
    .AddRefreshTokenApi(options => options.Transport = RefreshTokenTransport.Cookie)
    .AddEventHandler<TheftWarning>();
if (builder.Environment.IsDevelopment())
{
    rotation.UseDevelopmentSigningKey();
}

builder.Services.AddSingleton<Users>();
builder.Services.AddAuthentication().AddRotationBearer();
builder.Services.AddAuthorization();

var app = builder.Build();
app.MapPost("/auth/login", async (LogIn form, HttpContext context, Users users, RefreshTokenSessions sessions) =>
    form is { Email: { } email, Password: { } password } && users.Check(email, password) ? await sessions.SignInAsync(context, email) : Results.Unauthorized());
app.MapRefreshTokenApi("/auth"); // refresh, logout, sessions
app.MapGet("/api/hello", (ClaimsPrincipal user) => $"Hello {user.Identity!.Name}").RequireAuthorization();
app.Run();

internal sealed record LogIn(string? Email, string? Password);

/// <summary>Replace this with your user table, and limit the attempts.</summary>
internal sealed class Users
{
    private readonly PasswordHasher<string> _hasher = new();
    private readonly string _hash;

    public Users() => _hash = _hasher.HashPassword("alice", "Passw0rd!");

    public bool Check(string email, string password) =>
        email == "alice@example.com" && _hasher.VerifyHashedPassword(email, _hash, password) != PasswordVerificationResult.Failed;
}

/// <summary>An old refresh token came back, so somebody may have a copy, and the session has ended. Write to the user here, instead of the log.</summary>
internal sealed class TheftWarning(ILogger<TheftWarning> logger) : IRefreshTokenEventHandler
{
    public ValueTask HandleAsync(RefreshTokenEvent refreshTokenEvent, CancellationToken cancellationToken)
    {
        if (refreshTokenEvent is RefreshTokenEvent.ReuseDetected { FamilyRevoked: true, Family: { } family } reuse)
        {
            var (own, other) = (family.LastDevice ?? family.FirstDevice, reuse.Device);
            logger.LogWarning(
                "The session of {User} on {Device} ({Address}) has ended: {OtherDevice} ({OtherAddress}) sent an old token of it, which may have been stolen",
                family.Subject, own?.UserAgent, own?.IpAddress, other?.UserAgent, other?.IpAddress);
        }

        return default;
    }
}
