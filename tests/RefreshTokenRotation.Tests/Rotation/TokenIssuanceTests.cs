using System.Buffers.Text;
using System.Security.Cryptography;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.Tests.Rotation;

[TestFixture]
internal sealed class TokenIssuanceTests
{
    private InterceptingStore _store = null!;
    private Engine _engine = null!;

    [SetUp]
    public void SetUp()
    {
        _store = new InterceptingStore();
        _engine = new Engine(RotationPolicy.Strict, _store);
    }

    [TearDown]
    public void TearDown() => _engine.Dispose();

    [Test]
    public async Task Row_holds_hashes_of_the_token_and_nothing_of_it_in_clear()
    {
        var issued = await _engine.IssueAsync();
        var bytes = Base64Url.DecodeFromChars(issued.RefreshToken.Reveal().AsSpan(4));
        var row = await _engine.RowAsync(issued.Family.FamilyId);

        row.SecretHash.ToArray().Should().Equal(SHA256.HashData(bytes[5..37]));
        row.Grant.LookupKey.ToArray().Should().Equal(SHA256.HashData(bytes[37..53]));
        row.Salt.Should().BeNull();
        (row.Version, row.Generation, row.RotationType).Should().Be((1, 0, RotationType.Rotating));
        bytes.AsSpan().IndexOf(row.Grant.FamilyId.ToByteArray(bigEndian: true)).Should().Be(-1, "the public id says nothing of the selector");
        row.Grant.FamilyId.Version.Should().Be(4);
    }

    [Test]
    public async Task Tokens_share_neither_secret_nor_selector()
    {
        var tokens = new List<byte[]>();
        for (var i = 0; i < 200; i++)
        {
            tokens.Add(Base64Url.DecodeFromChars((await _engine.IssueAsync()).RefreshToken.Reveal().AsSpan(4)));
        }

        tokens.Select(bytes => Convert.ToHexString(bytes[5..37])).Should().OnlyHaveUniqueItems();
        tokens.Select(bytes => Convert.ToHexString(bytes[37..53])).Should().OnlyHaveUniqueItems();
    }

    [Test]
    public async Task Lifetimes_are_counted_from_the_log_in_and_idle_never_passes_absolute()
    {
        _engine.Policy = RotationPolicy.Strict with { AbsoluteLifetime = TimeSpan.FromDays(20), IdleLifetime = TimeSpan.FromDays(15) };
        var family = (await _engine.IssueAsync()).Family;

        (family.CreatedAt, family.AbsoluteExpiresAt, family.IdleExpiresAt).Should().Be(
            (_engine.Now, _engine.Now.AddDays(20), _engine.Now.AddDays(15)));
        family.LastUsedAt.Should().BeNull();
    }

    [Test]
    public async Task Policy_without_rotation_or_expiry_makes_such_a_family()
    {
        _engine.Policy = new RotationPolicy { RotationType = RotationType.NonRotating, ExpirationType = ExpirationType.NonExpiring };
        var family = (await _engine.IssueAsync()).Family;

        (family.RotationType, family.AbsoluteExpiresAt, family.IdleExpiresAt).Should().Be((RotationType.NonRotating, null, null));
    }

    [Test]
    public async Task Access_token_is_produced_before_the_family_is_stored()
    {
        var callsAtSigning = -1;
        var issued = await _engine.Tokens.IssueAsync(Request((context, _) =>
        {
            callsAtSigning = _store.Calls.Count;
            (context.Generation, context.Outcome).Should().Be((0, null));
            return new ValueTask<AccessToken>(new AccessToken { Value = context.Family.FamilyId.ToString(), Lifetime = TimeSpan.FromMinutes(1) });
        }));

        callsAtSigning.Should().Be(0);
        issued.AccessToken!.Value.Should().Be(issued.Family.FamilyId.ToString());
    }

    [Test]
    public async Task Signer_that_fails_leaves_no_family()
    {
        var issue = async () => await _engine.Tokens.IssueAsync(Request((_, _) => throw new InvalidTimeZoneException("signer")));

        await issue.Should().ThrowAsync<InvalidTimeZoneException>();
        _store.Calls.Should().BeEmpty();
        _engine.Events.All.Should().BeEmpty();
    }

    [Test]
    public async Task Add_of_unknown_outcome_is_repeated_and_stores_one_family([Values] bool written)
    {
        Func<string, Task> once = _ =>
        {
            (_store.Before, _store.After) = (null, null);
            throw new TimeoutException("lost");
        };
        _store.Before = written ? null : once;
        _store.After = written ? once : null;

        var issued = await _engine.IssueAsync();

        _store.Calls.Should().Equal("add", "add");
        (await _engine.SucceedAsync(issued.RefreshToken)).Outcome.Should().Be(ExchangeOutcome.Rotated);
        (await _engine.Families.ListAsync(new TokenFamilyFilter())).Families.Should().ContainSingle();
        _engine.Events.Of<RefreshTokenEvent.Issued>().Should().ContainSingle();
    }

    [Test]
    public async Task Repeated_add_logs_that_evictions_may_be_missing()
    {
        using var log = new LogCapture();
        var store = new InterceptingStore();
        using var engine = new Engine(
            RotationPolicy.Strict with { ActiveCap = 1 }, store, builder => builder.Services.AddSingleton<ILoggerFactory>(log));
        await engine.IssueAsync();
        store.After = _ =>
        {
            store.After = null;
            throw new TimeoutException("lost");
        };

        (await engine.IssueAsync()).Evicted.Should().BeEmpty("the first add evicted, and its answer was lost");

        log.Of(19).Should().ContainSingle();
    }

    [Test]
    public async Task Store_that_stays_down_is_an_outage_and_gives_no_token()
    {
        _store.Before = _ => throw new IOException("down");
        var issue = () => _engine.IssueAsync();

        (await issue.Should().ThrowAsync<RefreshTokenUnavailableException>()).WithInnerException<IOException>();
        _store.Calls.Should().Equal("add", "add");
        _engine.Events.All.Should().BeEmpty();
    }

    [Test]
    public async Task Call_that_is_cancelled_before_the_write_writes_nothing()
    {
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();
        var issue = async () => await _engine.Tokens.IssueAsync(Request(null), cancelled.Token);

        await issue.Should().ThrowAsync<OperationCanceledException>();
        _store.Calls.Should().BeEmpty();
    }

    [Test]
    public async Task Write_that_has_begun_is_not_cancelled()
    {
        using var cancelled = new CancellationTokenSource();
        _store.Before = async _ => await cancelled.CancelAsync();

        var issued = await _engine.Tokens.IssueAsync(Request(null), cancelled.Token);

        _store.Calls.Should().Equal("add");
        (await _engine.SucceedAsync(issued.RefreshToken)).Outcome.Should().Be(ExchangeOutcome.Rotated);
    }

    [Test]
    public async Task Evicted_families_are_answered_and_told_and_their_tokens_are_unknown()
    {
        _engine.Policy = RotationPolicy.Strict with { ActiveCap = 2 };
        var first = await _engine.IssueAsync();
        _engine.Time.Advance(TimeSpan.FromSeconds(1));
        await _engine.IssueAsync();
        var third = await _engine.IssueAsync();

        var evicted = third.Evicted.Should().ContainSingle().Subject;
        (evicted.FamilyId, evicted.RevocationReason, evicted.RevokedAt).Should().Be((first.Family.FamilyId, RevocationReason.Evicted, _engine.Now));
        _engine.Events.Of<RefreshTokenEvent.Evicted>().Single().Family!.FamilyId.Should().Be(first.Family.FamilyId);
        (await _engine.FailAsync(first.RefreshToken)).Should().Be(RejectionReason.Unknown);
    }

    [Test]
    public async Task Cap_holds_under_parallel_log_ins_and_exchanges([Values(1, 5, 50)] int cap)
    {
        _engine.Policy = RotationPolicy.Spa with { ActiveCap = cap };
        using var start = new Barrier(6);

        var issued = await Threads.RunAsync(6, async _ =>
        {
            var results = new List<IssueResult>();
            start.SignalAndWait();
            for (var i = 0; i < 40; i++)
            {
                results.Add(await _engine.IssueAsync());
                await _engine.ExchangeAsync(results[^1].RefreshToken);
            }

            return results;
        });

        var active = (await _engine.Families.ListAsync(new TokenFamilyFilter { State = FamilyState.Active })).Families.Select(family => family.FamilyId).ToArray();
        var evicted = issued.SelectMany(results => results).SelectMany(result => result.Evicted).Select(family => family.FamilyId).ToArray();
        active.Should().HaveCount(cap);
        evicted.Should().HaveCount(240 - cap).And.OnlyHaveUniqueItems();
        evicted.Intersect(active).Should().BeEmpty();
    }

    private static IssueRequest Request(AccessTokenFactory? sign) =>
        new() { Subject = Engine.User, ClientId = Engine.Client, CreateAccessToken = sign };
}
