using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using RefreshTokenRotation.AspNetCore;
using RefreshTokenRotation.Internal;
using RefreshTokenRotation.Storage;

namespace RefreshTokenRotation.Simulation.EndToEnd;

/// <summary>A node of the authorization server: the library and its endpoints as a host wires them, without a network below and without threads.</summary>
internal sealed class Server(Agenda agenda, int number, TimeSpan offset, double drift, Scenario scenario, ITokenStore rows, Ledger ledger, Journal journal)
    : Machine(agenda, offset, drift), IDisposable
{
    public const string Client = "app";
    public const string Stranger = "another";
    public const string LogInGrant = "urn:example:log-in";
    public const string TokenPath = "/oauth/token";
    public const string RevocationPath = "/oauth/revoke";

    private readonly Dictionary<int, Call> _calls = [];
    private readonly List<Action<Reply>> _waiting = [];
    private readonly SeededRandom _random = new(Dice.For(scenario.Seed, 5, number));
    private ServiceProvider? _provider;
    private Dictionary<string, RequestDelegate> _endpoints = [];
    private int _number;

    public int Number => number;

    public bool IsUp => _provider is not null;

    /// <summary>Which prefix it writes.</summary>
    public int Version { get; private set; }

    /// <summary>The call whose step is being made.</summary>
    public Call? Current { get; set; }

    public void Start(int version)
    {
        Version = version;
        var services = new ServiceCollection();
        services.AddSingleton<TimeProvider>(this);
        services.AddSingleton<RandomSource>(_random);
        services.AddSingleton<EventSink>(new Listener(this));
        services.AddSingleton<IAccessTokenIssuer>(new Issuer(scenario.AccessTokenLifetime));
        services.AddSingleton<ITokenStore>(new Database(this, rows, ledger, journal, scenario.Has(Troubles.Faults)));
        services.AddRouting();
        services.AddRefreshTokenRotation(options =>
        {
            options.DefaultPolicy = scenario.Preset.Policy;
            options.TokenPrefix = Ledger.Prefixes[version];
            options.FormerTokenPrefixes.Add(Ledger.Prefixes[1 - version]);
        }).AddEndpoints(options =>
        {
            options.Issuer = "https://login.example";
            options.StateLeeway = true;
            options.Clients.Add(new OAuthClient { ClientId = Client, GrantTypes = ["refresh_token", LogInGrant] });
            options.Clients.Add(new OAuthClient { ClientId = Stranger });
        }).AddGrantTypeHandler<LogIn>(ServiceLifetime.Singleton);
        _provider = services.BuildServiceProvider();
        var routes = new Routes(_provider);
        routes.MapTokenEndpoint();
        routes.MapRevocationEndpoint();
        _endpoints = routes.DataSources.SelectMany(source => source.Endpoints).OfType<RouteEndpoint>()
            .Where(endpoint => endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods is ["POST"])
            .ToDictionary(endpoint => endpoint.RoutePattern.RawText!, endpoint => endpoint.RequestDelegate!);
    }

    /// <summary>It crashes: what it was doing stops where it is, and its callers lose their connections.</summary>
    public override void Die()
    {
        base.Die();
        _provider?.Dispose();
        _provider = null;
        _calls.Clear();
        Current = null;
        foreach (var reply in _waiting.ToList())
        {
            reply(Reply.Broken);
        }

        _waiting.Clear();
    }

    public void Serve(Call sent, Action<Reply> reply) => Agenda.Start(async () =>
    {
        var call = sent.At(Agenda.Now, ++_number);
        call.Presented = ledger.GenerationOf(call.Token);
        _calls.Add(call.Number, call);
        _waiting.Add(reply);
        Current = call;
        var response = new MemoryStream();
        var context = new DefaultHttpContext { RequestServices = _provider! };
        context.Request.Method = HttpMethods.Post;
        context.Request.Scheme = "https";
        context.Request.Host = new HostString("login.example");
        context.Request.Path = call.Path;
        context.Request.ContentType = "application/x-www-form-urlencoded";
        context.Request.ContentLength = call.Body.Length;
        context.Request.Body = new MemoryStream(call.Body);
        context.Request.Headers.UserAgent = call.Number.ToString(CultureInfo.InvariantCulture);
        context.Response.Body = response;
        await _endpoints[call.Path](context);
        await context.Response.CompleteAsync();
        _calls.Remove(call.Number);
        _waiting.Remove(reply);
        var answer = new Reply(context.Response.StatusCode, response.ToArray(), RefreshTokenIn(context.Response.StatusCode, response), RefusalOf(call, context.Response.StatusCode));
        ledger.Answered(call, answer);
        journal.Note(answer.Status == 200 ? Happening.Succeeded : answer.Refusal is null ? Happening.Failed : Happening.Refused, call.User, call.Presented ?? -1);
        if (journal.IsRead)
        {
            Words.OfAnswer(journal, ledger, call, answer, this);
        }

        reply(answer);
    });

    public void Dispose() => _provider?.Dispose();

    private static string? RefreshTokenIn(int status, MemoryStream response)
    {
        if (status != StatusCodes.Status200OK || response.Length == 0)
        {
            return null;
        }

        using var json = JsonDocument.Parse(response.GetBuffer().AsMemory(0, (int)response.Length));
        return json.RootElement.GetProperty("refresh_token").GetString();
    }

    private static RejectionReason? RefusalOf(Call call, int status) => (status, call.Told) switch
    {
        (400, RefreshTokenEvent.Rejected rejected) => rejected.Reason,
        (400, RefreshTokenEvent.ReuseDetected) => RejectionReason.ReuseDetected,
        _ => null,
    };

    /// <summary>The engine's events, given to the call that they are of.</summary>
    private sealed class Listener(Server server) : EventSink
    {
        public override bool IsEnabled => true;

        public override void Publish(RefreshTokenEvent refreshTokenEvent)
        {
            var device = refreshTokenEvent switch
            {
                RefreshTokenEvent.Exchanged exchanged => exchanged.Device,
                RefreshTokenEvent.ReuseDetected reuse => reuse.Device,
                RefreshTokenEvent.Rejected rejected => rejected.Device,
                _ => null,
            };
            if (device?.UserAgent is { } number && server._calls.TryGetValue(int.Parse(number, CultureInfo.InvariantCulture), out var call))
            {
                call.Told = refreshTokenEvent;
            }
        }
    }

    private sealed class Issuer(TimeSpan lifetime) : IAccessTokenIssuer
    {
        private readonly AccessToken _token = new() { Value = "an-access-token", Lifetime = lifetime };

        public ValueTask<AccessToken> IssueAsync(AccessTokenRequest request, CancellationToken cancellationToken) => ValueTask.FromResult(_token);

        public ValueTask<ValidatedAccessToken?> ValidateAsync(string accessToken, CancellationToken cancellationToken) => ValueTask.FromResult<ValidatedAccessToken?>(null);
    }

    private sealed class LogIn : IGrantTypeHandler
    {
        public string GrantType => LogInGrant;

        public ValueTask<GrantTypeResult> AuthorizeAsync(GrantTypeContext context, CancellationToken cancellationToken) =>
            ValueTask.FromResult<GrantTypeResult>(new GrantTypeResult.Granted { Subject = context.Parameters["user"]!, Scopes = ["offline_access"] });
    }

    private sealed class Routes(IServiceProvider services) : IEndpointRouteBuilder
    {
        public IServiceProvider ServiceProvider => services;

        public ICollection<EndpointDataSource> DataSources { get; } = [];

        public IApplicationBuilder CreateApplicationBuilder() => new ApplicationBuilder(services);
    }

    private sealed class SeededRandom(Dice dice) : RandomSource
    {
        public override void Fill(Span<byte> bytes)
        {
            for (var index = 0; index < bytes.Length; index++)
            {
                bytes[index] = (byte)dice.Next();
            }
        }
    }
}
