using System.Security.Claims;
using Microsoft.AspNetCore.Identity;
using RefreshTokenRotation;
using RefreshTokenRotation.AspNetCore;

var builder = WebApplication.CreateBuilder(args);
var configuration = builder.Configuration;
var rotation = builder.Services.AddRefreshTokenRotation(configuration.GetSection("RefreshTokenRotation"))
    .UseSqlite(Path.GetFullPath(configuration["Database"]!, builder.Environment.ContentRootPath))
    .UseJwtAccessTokens(configuration.GetSection("JwtAccessTokens")) // in production: set its KeyFolder
    .AddEndpoints(configuration.GetSection("RefreshTokenEndpoints"))
    .AddGrantTypeHandler<PasswordGrantHandler>();
if (builder.Environment.IsDevelopment())
{
    rotation.UseDevelopmentSigningKey();
}

builder.Services.AddSingleton<Users>();
builder.Services.AddAuthentication().AddRotationBearer(options => options.Audiences.Add("http://localhost:5000/api"));
builder.Services.AddAuthorizationBuilder().AddPolicy("read", policy => policy.RequireAssertion(
    context => context.User.FindFirst("scope")?.Value.Split(' ').Contains("read") == true));
builder.Services.AddCors(options => options.AddPolicy("spa", policy => policy
    .WithOrigins(configuration.GetSection("RefreshTokenEndpoints:Clients:spa:AllowedOrigins").Get<string[]>()!)
    .AllowAnyHeader()
    .AllowAnyMethod()));

var app = builder.Build();
app.UseCors(); // before authentication, or scripts can't read a 401
app.UseAuthentication();
app.UseAuthorization();
app.MapRefreshTokenRotation(); // /oauth/token, /oauth/revoke, /oauth/introspect, metadata
var api = app.MapGroup("/api").RequireCors("spa").RequireAuthorization("read");
api.MapGet("hello", (ClaimsPrincipal user) => $"Hello {user.Identity!.Name}");
app.Run();

/// <summary>Replace this with your user table, and limit the attempts.</summary>
internal sealed class Users
{
    private readonly PasswordHasher<string> _hasher = new();
    private readonly string _hash;

    public Users() => _hash = _hasher.HashPassword("alice", "Passw0rd!");

    public bool Check(string? email, string? password) =>
        email == "alice@example.com" && _hasher.VerifyHashedPassword(email, _hash, password ?? string.Empty) != PasswordVerificationResult.Failed;
}

/// <summary>A log-in without a redirect. You can inject scoped services, such as a UserManager or a DbContext.</summary>
internal sealed class PasswordGrantHandler(Users users, TimeProvider time) : IGrantTypeHandler
{
    public string GrantType => "password";

    public ValueTask<GrantTypeResult> AuthorizeAsync(GrantTypeContext context, CancellationToken cancellationToken) => new(
        context.Parameters["username"] is { } email && users.Check(email, context.Parameters["password"])
            ? new GrantTypeResult.Granted
            {
                Subject = email,
                Scopes = context.Scopes,
                Resources = context.Resources,
                AuthenticationTime = time.GetUtcNow(),
            }
            : new GrantTypeResult.Rejected("invalid_grant", "The user name or the password is wrong."));
}
