using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.Tests.Secrecy;

/// <summary>Nothing that the library says in a life full of trouble shows a secret.</summary>
[TestFixture]
internal sealed class SecretTests
{
    private const string Signed = "access-token-in-clear";
    private SecretWatch _watch = null!;

    [SetUp]
    public void SetUp() => _watch = new SecretWatch();

    [TearDown]
    public void TearDown() => _watch.Dispose();

    [Test]
    public async Task No_log_event_metric_span_answer_or_exception_shows_a_secret()
    {
        await LiveAsync(RotationPolicy.Mobile);
        await LiveAsync(RotationPolicy.Strict);
        await LiveAsync(RotationPolicy.Spa with { ReuseResponse = ReuseResponse.User });
        await LiveAsync(RotationPolicy.Mobile with { ShadowMode = true });
        await ConvertAsync();
        await EvictAndRevokeAsync();
        await FailAsync();
        _watch.Known.Know(Signed, "an access token");

        var told = _watch.Engine.Events.All.Select(told => told.GetType().Name).Distinct();
        told.Should().BeEquivalentTo("Issued", "Exchanged", "ReuseDetected", "Evicted", "Revoked", "Rejected");
        _watch.LogCount.Should().BeGreaterThan(50);
        _watch.Known.Count.Should().BeGreaterThan(200);
        foreach (var words in _watch.Words)
        {
            _watch.Known.In(words).Should().BeEmpty();
        }
    }

    [Test]
    public async Task Search_finds_a_secret_in_each_of_its_forms()
    {
        var issued = await _watch.Engine.IssueAsync();
        var token = issued.RefreshToken;
        _watch.Known.Know(token);
        var row = await _watch.Engine.RowAsync(issued.Family.FamilyId);
        string[] shown =
        [
            $"a {token.Reveal()} b",
            $"{Convert.ToHexStringLower(row.SecretHash.ToArray())}",
            Convert.ToBase64String(row.Grant.LookupKey.ToArray()),
            token.Reveal()[12..^12],
        ];

        shown.Should().OnlyContain(text => _watch.Known.In(text).Any());
        _watch.Known.In("nothing").Should().BeEmpty();
        _watch.Words.Should().Contain(words => words.StartsWith(RotationTelemetry.Issues, StringComparison.Ordinal), "metrics are heard");
        _watch.Words.Should().Contain(words => words.StartsWith("refresh_token.issue", StringComparison.Ordinal), "spans are heard");
    }

    private async Task LiveAsync(RotationPolicy policy)
    {
        _watch.Engine.Policy = policy;
        var first = await IssueAsync();
        var second = await ExchangeAsync(first);
        await ExchangeAsync(first);
        var third = await ExchangeAsync(await ExchangeAsync(second));
        await RefuseAsync(third);
        _watch.Engine.Time.Advance(TimeSpan.FromHours(1));
        await ExchangeAsync(second);
        var last = await ExchangeAsync(third);
        await _watch.TellAsync(_watch.Engine.Tokens.IntrospectAsync(new IntrospectRequest { RefreshToken = last }));
        await ExchangeAsync(first);
        await ExchangeAsync(last);
        _watch.Engine.Time.Advance(TimeSpan.FromDays(40));
        await ExchangeAsync(last);
        await _watch.TellAsync(_watch.Engine.Tokens.RevokeAsync(new RevokeRequest { RefreshToken = last, ClientId = Engine.Client }));
    }

    private async Task RefuseAsync(RefreshToken token)
    {
        var good = new ExchangeRequest { RefreshToken = token, ClientId = Engine.Client };
        ExchangeRequest[] refused =
        [
            new() { RefreshToken = token, ClientId = "other" },
            new() { RefreshToken = token, ClientId = Engine.Client, TenantId = "other" },
            new() { RefreshToken = token, ClientId = Engine.Client, Scopes = ["more"] },
            new() { RefreshToken = token, ClientId = Engine.Client, Resources = ["more"] },
            new() { RefreshToken = token.Reveal()[..^1], ClientId = Engine.Client },
            new() { RefreshToken = token.Reveal() + "=", ClientId = Engine.Client },
            new() { RefreshToken = token, ClientId = string.Empty },
            new() { RefreshToken = token, ClientId = "c\n" },
            new() { RefreshToken = token, ClientId = Engine.Client, CreateAccessToken = (_, _) => throw new InvalidOperationException("signer") },
        ];
        good.ToString().Should().NotContain(token.Reveal());
        foreach (var request in refused)
        {
            await _watch.TellAsync(_watch.Engine.Tokens.ExchangeAsync(request));
        }

        await _watch.TellAsync(_watch.Engine.Tokens.RevokeAsync(new RevokeRequest { RefreshToken = token, ClientId = "other" }));
        await _watch.TellAsync(_watch.Engine.Tokens.IntrospectAsync(new IntrospectRequest { RefreshToken = token, TenantId = "\n" }));
    }

    private async Task ConvertAsync()
    {
        _watch.Engine.Policy = RotationPolicy.Fapi;
        var (token, _) = (await IssueAsync(), await IssueAsync());
        token = await ExchangeAsync(token);
        _watch.Engine.Policy = RotationPolicy.Mobile;
        token = await ExchangeAsync(token);
        _watch.Engine.Policy = RotationPolicy.Fapi;
        await ExchangeAsync(await ExchangeAsync(token));
    }

    private async Task EvictAndRevokeAsync()
    {
        _watch.Engine.Policy = RotationPolicy.Mobile with { ActiveCap = 2 };
        var tokens = new[] { await IssueAsync(), await IssueAsync(), await IssueAsync() };
        await ExchangeAsync(tokens[2]);
        await _watch.TellAsync(_watch.Engine.Families.ListAsync(new TokenFamilyFilter()));
        await _watch.TellAsync(_watch.Engine.Families.RevokeAsync(TokenFamilyFilter.ForUser(Engine.User)));
        await _watch.TellAsync(_watch.Engine.Families.RevokeAsync(new TokenFamilyFilter()));
        await ExchangeAsync(tokens[2]);
        await _watch.TellAsync(_watch.Engine.Families.DeleteAsync(TokenFamilyFilter.ForTenant(string.Empty)));
        await ExchangeAsync(tokens[2]);
    }

    private async Task FailAsync()
    {
        _watch.Engine.Policy = RotationPolicy.Mobile;
        foreach (var failing in new[] { "find", "swap", "add", "revoke", "list" })
        {
            var token = await IssueAsync();
            _watch.Store.Before = name => name == failing ? throw new IOException("down") : Task.CompletedTask;
            await ExchangeAsync(token);
            await _watch.TellAsync(_watch.Engine.Tokens.RevokeAsync(new RevokeRequest { RefreshToken = token, ClientId = Engine.Client }));
            await _watch.TellAsync(_watch.Engine.Families.ListAsync(new TokenFamilyFilter()));
            await _watch.TellAsync(_watch.Engine.Tokens.IssueAsync(new IssueRequest { Subject = "u", ClientId = "c" }));
            _watch.Store.Before = null;
        }

        _watch.Engine.Policy = null!;
        await ExchangeAsync(await Task.FromResult<RefreshToken>("rtr_" + new string('A', 76)));
        _watch.Engine.Policy = RotationPolicy.Mobile;
    }

    private async Task<RefreshToken> IssueAsync()
    {
        var issued = await _watch.TellAsync(_watch.Engine.Tokens.IssueAsync(new IssueRequest
        {
            Subject = Engine.User,
            ClientId = Engine.Client,
            Scopes = ["openid"],
            CreateAccessToken = Sign,
        }));
        _watch.Known.Know(issued!.RefreshToken);
        return issued.RefreshToken;
    }

    /// <summary>The successor, or the same token if it was refused.</summary>
    private async Task<RefreshToken> ExchangeAsync(RefreshToken token)
    {
        var request = new ExchangeRequest { RefreshToken = token, ClientId = Engine.Client, CreateAccessToken = Sign };
        var result = await _watch.TellAsync(_watch.Engine.Tokens.ExchangeAsync(request));
        if (result is not ExchangeResult.Succeeded { RefreshToken: var next })
        {
            return token;
        }

        _watch.Known.Know(next);
        return next;
    }

    private static ValueTask<AccessToken> Sign(AccessTokenContext context, CancellationToken cancellationToken) =>
        new(new AccessToken { Value = Signed, Lifetime = TimeSpan.FromMinutes(5), IdToken = Signed });
}
