using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using RefreshTokenRotation.AspNetCore.Tests.Support;

namespace RefreshTokenRotation.AspNetCore.Tests.SecurityEvents;

/// <summary>A host that sends security events to a list.</summary>
internal sealed class SecurityEventHost : ISecurityEventDelivery, IJsonWebTokenSigner
{
    public const string Issuer = "https://login.example/";
    public const string Audience = "https://receiver.example/";

    public ConcurrentQueue<SecurityEventToken> Sent { get; } = [];

    /// <summary>Null: the events have no signature, and nobody verifies them.</summary>
    public AssertionKey? Key { get; init; }

    public IEnumerable<(string Type, JsonElement Claims, JsonElement Content)> Read => Sent.Select(token =>
    {
        var claims = CompactJws.Parse(token.Value)!.Payload;
        return (token.EventType[(token.EventType.LastIndexOf('/') + 1)..], claims, claims.GetProperty("events").GetProperty(token.EventType));
    });

    public Task<TestHost> StartAsync(Action<TestHostSetup>? change = null) => TestHost.StartAsync(setup =>
    {
        setup.Build = AddTo;
        change?.Invoke(setup);
    });

    public void AddTo(RefreshTokenRotationBuilder rotation)
    {
        rotation.Services.AddSingleton<ISecurityEventDelivery>(this).AddSingleton<IJsonWebTokenSigner>(this);
        rotation.AddSecurityEvents(static options => (options.Issuer, options.Audience) = (Issuer, Audience));
    }

    public ValueTask DeliverAsync(SecurityEventToken token, CancellationToken cancellationToken)
    {
        Sent.Enqueue(token);
        return default;
    }

    public ValueTask<string> SignAsync(string type, ReadOnlyMemory<byte> payload, CancellationToken cancellationToken) => new(Key is null
        ? $"{AssertionKey.Encode($$"""{"alg":"ES256","typ":"{{type}}"}""")}.{AssertionKey.Encode(Encoding.UTF8.GetString(payload.Span))}.AAAA"
        : Key.Sign(JsonNode.Parse(payload.Span)!.AsObject(), new JsonObject { ["alg"] = Key.Algorithm, ["typ"] = type, ["kid"] = Key.KeyId }));
}
