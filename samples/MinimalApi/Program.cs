using System.Collections.Concurrent;
using System.Security.Claims;
using Microsoft.AspNetCore.Identity;
using MinimalApi;
using RefreshTokenRotation;
using RefreshTokenRotation.AspNetCore;

await Api.Build(args).RunAsync();

namespace MinimalApi
{
    /// <summary>An API with its own log-in: no OAuth clients, a refresh token in a cookie that scripts can't read, and its users' sessions.</summary>
    internal static class Api
    {
        public static WebApplication Build(string[] args)
        {
            var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
            var services = builder.Services;
            services.AddSingleton<Users>().AddSingleton<Outbox>();
            services.AddRefreshTokenRotation(options => options.DefaultPolicy = RotationPolicy.Spa)
                .UseSqlite(builder.Configuration["Database"] ?? Path.Combine(AppContext.BaseDirectory, "sessions.db"))
                .UseJwtAccessTokens(options =>
                {
                    options.Issuer = "http://localhost:5000/";
                    options.AccessTokenLifetime = TimeSpan.FromMinutes(5);
                })
                .UseDevelopmentSigningKey() // in production: options.KeyFolder
                .AddRefreshTokenApi(options => options.Transport = RefreshTokenTransport.Cookie)
                .AddEventHandler<TheftWarning>();
            services.AddAuthentication().AddRotationBearer(); // rejects access tokens of ended sessions too
            services.AddAuthorization();

            var app = builder.Build();
            app.UseDefaultFiles();
            app.UseStaticFiles();
            app.MapPost("/auth/login", LogInAsync);
            app.MapRefreshTokenApi("/auth"); // refresh, logout, sessions
            app.MapGet("/api/hello", (ClaimsPrincipal user) => new { text = $"Hello {user.Identity!.Name}" }).RequireAuthorization();
            app.MapGet("/api/mails", (Outbox mails) => mails.Sent); // so that this sample can show them
            return app;
        }

        private static async Task<IResult> LogInAsync(LogIn form, HttpContext context, Users users, RefreshTokenSessions sessions) =>
            form is { Email: { } email, Password: { } password } && users.Check(email, password)
                ? await sessions.SignInAsync(context, email)
                : Results.Unauthorized();
    }

    internal sealed record LogIn(string? Email, string? Password);

    /// <summary>Two users instead of a database. In your own log-in, limit the attempts.</summary>
    internal sealed class Users
    {
        private readonly PasswordHasher<string> _hasher = new();
        private readonly Dictionary<string, string> _hashes;

        public Users() => _hashes = ((string[])["alice@example.com", "bob@example.com"])
            .ToDictionary(email => email, email => _hasher.HashPassword(email, "Passw0rd!"), StringComparer.OrdinalIgnoreCase);

        public bool Check(string email, string password) =>
            _hashes.TryGetValue(email, out var hash) && _hasher.VerifyHashedPassword(email, hash, password) != PasswordVerificationResult.Failed;
    }

    /// <summary>Writes to the user when an old refresh token comes back, because somebody has a copy.</summary>
    internal sealed class TheftWarning(Outbox mails) : IRefreshTokenEventHandler
    {
        public ValueTask HandleAsync(RefreshTokenEvent refreshTokenEvent, CancellationToken cancellationToken)
        {
            if (refreshTokenEvent is RefreshTokenEvent.ReuseDetected { FamilyRevoked: true, Family: { } family } reuse)
            {
                var isOwn = reuse.Device is { } device && device == family.LastDevice;
                mails.Send(family.Subject, isOwn
                    ? $"We ended your session of {family.CreatedAt:u}: the device that used it last presented an old copy. That was most likely your own app or agent."
                    : $"We ended your session of {family.CreatedAt:u}: somebody at {reuse.Device?.IpAddress} used a copy of it. Was it you?");
            }

            return default;
        }
    }

    /// <summary>Stands in for a mail server.</summary>
    internal sealed class Outbox
    {
        private readonly ConcurrentQueue<Mail> _sent = new();

        public IEnumerable<Mail> Sent => _sent;

        public void Send(string to, string text) => _sent.Enqueue(new Mail(to, text));
    }

    internal sealed record Mail(string To, string Text);
}
