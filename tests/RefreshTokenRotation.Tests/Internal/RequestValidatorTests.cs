using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.Tests.Internal;

/// <summary>Every field of every request, beyond its bound: an exception that names field and bound, before any store call.</summary>
[TestFixture]
internal sealed class RequestRulesTests
{
    private const string Control = "a\u0001b";
    private static readonly string Good = "rtr_" + new string('A', 76);
    private static readonly string Long = new('x', 256);

    private static IEnumerable<TestCaseData> BadIssues()
    {
        foreach (var (field, make) in new (string, Func<string?, IssueRequest>)[]
        {
            ("Subject", value => new IssueRequest { Subject = value!, ClientId = "c" }),
            ("ClientId", value => new IssueRequest { Subject = "u", ClientId = value! }),
        })
        {
            yield return Issue(field, make(null), field);
            yield return Issue(field, make(string.Empty), "has 0 characters; 1 to 255");
            yield return Issue(field, make(Long), "has 256 characters; 1 to 255");
            yield return Issue(field, make(Control), "control character");
        }

        foreach (var (field, make) in new (string, Func<string, IssueRequest>)[]
        {
            ("AuthorizationId", value => new IssueRequest { Subject = "u", ClientId = "c", AuthorizationId = value }),
            ("SessionId", value => new IssueRequest { Subject = "u", ClientId = "c", SessionId = value }),
            ("SenderKeyThumbprint", value => new IssueRequest { Subject = "u", ClientId = "c", SenderKeyThumbprint = value }),
            ("Acr", value => new IssueRequest { Subject = "u", ClientId = "c", Acr = value }),
            ("Amr", value => new IssueRequest { Subject = "u", ClientId = "c", Amr = ["pwd", value] }),
        })
        {
            yield return Issue(field, make(string.Empty), "has 0 characters; 1 to 255");
            yield return Issue(field, make(Long), "has 256 characters; 1 to 255");
            yield return Issue(field, make(Control), "control character");
        }

        yield return Issue("tenantId", new IssueRequest { Subject = "u", ClientId = "c", TenantId = null! }, "tenantId");
        yield return Issue("TenantId", new IssueRequest { Subject = "u", ClientId = "c", TenantId = Long }, "has 256 characters; 1 to 255");
        yield return Issue("TenantId", new IssueRequest { Subject = "u", ClientId = "c", TenantId = Control }, "control character");
        yield return Issue("Scopes", new IssueRequest { Subject = "u", ClientId = "c", Scopes = null! }, "Scopes");
        yield return Issue("Scopes", new IssueRequest { Subject = "u", ClientId = "c", Scopes = [null!] }, "1 to 280");
        yield return Issue("Scopes", new IssueRequest { Subject = "u", ClientId = "c", Scopes = ["a b"] }, "not a scope-token");
        yield return Issue("Scopes", new IssueRequest { Subject = "u", ClientId = "c", Scopes = ["a\"b"] }, "not a scope-token");
        yield return Issue("Scopes", new IssueRequest { Subject = "u", ClientId = "c", Scopes = ["é"] }, "not a scope-token");
        yield return Issue("Scopes", new IssueRequest { Subject = "u", ClientId = "c", Scopes = [new string('s', 281)] }, "1 to 280");
        yield return Issue("Scopes", new IssueRequest { Subject = "u", ClientId = "c", Scopes = Many(101) }, "101 entries; at most 100");
        yield return Issue("Resources", new IssueRequest { Subject = "u", ClientId = "c", Resources = null! }, "Resources");
        yield return Issue("Resources", new IssueRequest { Subject = "u", ClientId = "c", Resources = [null!] }, "Resources");
        yield return Issue("Resources", new IssueRequest { Subject = "u", ClientId = "c", Resources = [new string('r', 601)] }, "601 characters; 1 to 600");
        yield return Issue("Resources", new IssueRequest { Subject = "u", ClientId = "c", Resources = [Control] }, "control character");
        yield return Issue("Resources", new IssueRequest { Subject = "u", ClientId = "c", Resources = Many(21) }, "21 entries; at most 20");
        yield return Issue("Amr", new IssueRequest { Subject = "u", ClientId = "c", Amr = null! }, "Amr");
        yield return Issue("Amr", new IssueRequest { Subject = "u", ClientId = "c", Amr = Many(21) }, "21 entries; at most 20");
        yield return Issue("Device.IpAddress", Device(new DeviceInfo { IpAddress = new string('1', 65) }), "65 characters; 1 to 64");
        yield return Issue("Device.UserAgent", Device(new DeviceInfo { UserAgent = new string('u', 513) }), "513 characters; 1 to 512");
        yield return Issue("Device.Name", Device(new DeviceInfo { Name = new string('n', 256) }), "256 characters; 1 to 255");
        yield return Issue("Device.Name", Device(new DeviceInfo { Name = Control }), "control character");
        yield return Issue("Metadata", Metadata("k k", "v"), "1 to 255 characters of A-Za-z0-9_-");
        yield return Issue("Metadata", Metadata(string.Empty, "v"), "1 to 255 characters of A-Za-z0-9_-");
        yield return Issue("Metadata", Metadata(Long, "v"), "1 to 255 characters of A-Za-z0-9_-");
        yield return Issue("Metadata", Metadata("k", Long), "256 characters, or none; at most 255");
        yield return Issue("Metadata", Metadata("k", null!), "0 characters, or none; at most 255");
        yield return Issue("Metadata", Metadata(26), "26 entries; at most 25");
    }

    [TestCaseSource(nameof(BadIssues))]
    public async Task Bad_issue_is_refused_before_any_work(string field, IssueRequest request, string bound) =>
        await RefusedAsync(async tokens => await tokens.IssueAsync(request), field, bound);

    private static IEnumerable<TestCaseData> BadCalls()
    {
        foreach (var (client, bound) in new[] { (null, "ClientId"), (string.Empty, "1 to 255"), (Long, "256 characters; 1 to 255"), (Control, "control") })
        {
            yield return Call("ClientId", tokens => tokens.ExchangeAsync(new ExchangeRequest { RefreshToken = Good, ClientId = client! }), bound);
            yield return Call("ClientId", tokens => tokens.RevokeAsync(new RevokeRequest { RefreshToken = Good, ClientId = client! }), bound);
        }

        foreach (var (tenant, bound) in new[] { (null, "tenantId"), (Long, "256 characters; 1 to 255"), (Control, "control") })
        {
            yield return Call("enantId", tokens => tokens.ExchangeAsync(new ExchangeRequest { RefreshToken = Good, ClientId = "c", TenantId = tenant! }), bound);
            yield return Call("enantId", tokens => tokens.RevokeAsync(new RevokeRequest { RefreshToken = Good, ClientId = "c", TenantId = tenant! }), bound);
            yield return Call("enantId", tokens => tokens.IntrospectAsync(new IntrospectRequest { RefreshToken = Good, TenantId = tenant! }), bound);
        }

        yield return Call("SenderKeyThumbprint", tokens => tokens.ExchangeAsync(new ExchangeRequest { RefreshToken = Good, ClientId = "c", SenderKeyThumbprint = Long }), "1 to 255");
        yield return Call("Device.UserAgent", tokens => tokens.ExchangeAsync(new ExchangeRequest { RefreshToken = Good, ClientId = "c", Device = new DeviceInfo { UserAgent = Control } }), "control");
        yield return Call("request", tokens => tokens.IssueAsync(null!), "null");
        yield return Call("request", tokens => tokens.ExchangeAsync(null!), "null");
        yield return Call("request", tokens => tokens.RevokeAsync(null!), "null");
        yield return Call("request", tokens => tokens.IntrospectAsync(null!), "null");
    }

    [TestCaseSource(nameof(BadCalls))]
    public async Task Bad_call_is_refused_before_any_work(string field, Func<IRefreshTokenService, Task> call, string bound) =>
        await RefusedAsync(call, field, bound);

    [Test]
    public async Task Requests_at_their_bounds_are_good()
    {
        using var engine = new Engine();
        var text = new string('x', 255);
        var issued = await engine.Tokens.IssueAsync(new IssueRequest
        {
            Subject = text,
            ClientId = text,
            TenantId = text,
            Scopes = [.. Many(99), new string('s', 280)],
            Resources = [.. Many(19), new string('r', 600)],
            AuthorizationId = text,
            SessionId = text,
            SenderKeyThumbprint = text,
            Acr = text,
            Amr = [.. Many(19), text],
            Device = new DeviceInfo { IpAddress = new string('1', 64), UserAgent = new string('u', 512), Name = text },
            Metadata = Enumerable.Range(0, 24).ToDictionary(i => $"k{i}", _ => string.Empty).Append(KeyValuePair.Create(text, text)).ToDictionary(),
        });

        var exchanged = await engine.Tokens.ExchangeAsync(new ExchangeRequest
        {
            RefreshToken = issued.RefreshToken,
            ClientId = text,
            TenantId = text,
            SenderKeyThumbprint = text,
        });

        exchanged.Should().BeOfType<ExchangeResult.Succeeded>();
    }

    private static async Task RefusedAsync(Func<IRefreshTokenService, Task> call, string field, string bound)
    {
        var store = new InterceptingStore();
        using var engine = new Engine(store: store);
        var act = () => call(engine.Tokens);

        var thrown = (await act.Should().ThrowAsync<ArgumentException>()).Which;

        thrown.Message.Should().Contain(field).And.Contain(bound);
        store.Calls.Should().BeEmpty();
        engine.Events.All.Should().BeEmpty();
    }

    private static TestCaseData Issue(string field, IssueRequest request, string bound) =>
        new TestCaseData(field, request, bound).SetArgDisplayNames(field, bound);

    private static TestCaseData Call<T>(string field, Func<IRefreshTokenService, ValueTask<T>> call, string bound) =>
        new TestCaseData(field, (Func<IRefreshTokenService, Task>)(tokens => call(tokens).AsTask()), bound).SetArgDisplayNames(typeof(T).Name, field, bound);

    private static IssueRequest Device(DeviceInfo device) => new() { Subject = "u", ClientId = "c", Device = device };

    private static IssueRequest Metadata(string key, string value) => new() { Subject = "u", ClientId = "c", Metadata = new Dictionary<string, string> { [key] = value } };

    private static IssueRequest Metadata(int count) => new() { Subject = "u", ClientId = "c", Metadata = Enumerable.Range(0, count).ToDictionary(i => $"k{i}", i => "v") };

    private static string[] Many(int count) => [.. Enumerable.Range(0, count).Select(i => $"v{i}")];
}
