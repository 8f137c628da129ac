using System.Diagnostics;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using RefreshTokenRotation.Internal;
using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.Tests.Rotation;

/// <summary>What a host gets wrong around an exchange costs its users nothing.</summary>
[TestFixture, NonParallelizable]
internal sealed class HostFaultTests
{
    [Test]
    public async Task Log_sink_that_throws_loses_no_token()
    {
        using var engine = new Engine(RotationPolicy.Strict, configure: builder => builder.Services.AddSingleton<ILoggerFactory>(new ThrowingLoggers()));
        var issued = await engine.IssueAsync();

        var rotated = await engine.SucceedAsync(issued.RefreshToken);
        (await engine.FailAsync(issued.RefreshToken)).Should().Be(RejectionReason.ReuseDetected);
        (await engine.FailAsync(rotated.RefreshToken)).Should().Be(RejectionReason.Revoked);
    }

    [Test]
    public async Task Metric_listener_that_throws_loses_no_token()
    {
        using var listener = new System.Diagnostics.Metrics.MeterListener
        {
            InstrumentPublished = static (instrument, listener) =>
            {
                if (string.Equals(instrument.Meter.Name, RotationTelemetry.MeterName, StringComparison.Ordinal))
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<long>(static (_, _, _, _) => throw new IOException("The listener is broken."));
        listener.SetMeasurementEventCallback<double>(static (_, _, _, _) => throw new IOException("The listener is broken."));
        listener.Start();
        using var engine = new Engine(RotationPolicy.Strict);
        var issued = await engine.IssueAsync();

        var rotated = await engine.SucceedAsync(issued.RefreshToken);
        (await engine.SucceedAsync(rotated.RefreshToken)).Outcome.Should().Be(ExchangeOutcome.Rotated);
    }

    [Test]
    public async Task Span_listener_that_throws_changes_no_answer_and_leaves_no_family_behind([Values("sample", "started", "stopped")] string where)
    {
        using var listener = new ActivityListener
        {
            ShouldListenTo = static source => string.Equals(source.Name, RotationTelemetry.ActivitySourceName, StringComparison.Ordinal),
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ThrowAt("sample", ActivitySamplingResult.AllDataAndRecorded),
            ActivityStarted = _ => ThrowAt("started", true),
            ActivityStopped = _ => ThrowAt("stopped", true),
        };
        ActivitySource.AddActivityListener(listener);
        using var engine = new Engine(RotationPolicy.Strict);
        using var outer = new Activity("outer").Start();

        var issued = await engine.IssueAsync();
        var rotated = await engine.SucceedAsync(issued.RefreshToken);
        Activity.Current.Should().Be(outer);
        (await engine.Tokens.IntrospectAsync(new IntrospectRequest { RefreshToken = rotated.RefreshToken })).Should().BeOfType<IntrospectResult.Active>();
        (await engine.FailAsync(issued.RefreshToken)).Should().Be(RejectionReason.ReuseDetected);
        (await engine.Tokens.RevokeAsync(new RevokeRequest { RefreshToken = rotated.RefreshToken, ClientId = Engine.Client }))
            .Should().Be(RevokeResult.NothingToRevoke);
        (await engine.Families.ListAsync(TokenFamilyFilter.ForUser(Engine.User))).Families.Should().HaveCount(1);

        T ThrowAt<T>(string place, T value) => place == where ? throw new IOException("The listener is broken.") : value;
    }

    [Test]
    public async Task Event_that_can_not_be_queued_changes_no_answer_and_leaves_no_family_behind()
    {
        using var log = new LogCapture();
        using var engine = new Engine(RotationPolicy.Strict with { ActiveCap = 1 }, configure: builder =>
        {
            builder.Services.AddSingleton<EventSink>(new ThrowingSink());
            builder.Services.AddSingleton<ILoggerFactory>(log);
        });

        await engine.IssueAsync();
        var issued = await engine.IssueAsync();
        issued.Evicted.Should().HaveCount(1);
        await engine.SucceedAsync(issued.RefreshToken);
        (await engine.FailAsync(issued.RefreshToken)).Should().Be(RejectionReason.ReuseDetected);

        (await engine.Families.ListAsync(TokenFamilyFilter.ForUser(Engine.User))).Families.Should().HaveCount(1);
        log.Of(17).Should().HaveCount(5, "two log-ins, an eviction, a rotation and a reuse");
    }

    [Test]
    public async Task Signer_that_returns_nothing_consumes_nothing()
    {
        using var engine = new Engine(RotationPolicy.Strict);
        var issued = await engine.IssueAsync();
        var exchange = async () => await engine.Tokens.ExchangeAsync(new ExchangeRequest
        {
            RefreshToken = issued.RefreshToken,
            ClientId = Engine.Client,
            CreateAccessToken = (_, _) => new((AccessToken)null!),
        });

        await exchange.Should().ThrowAsync<InvalidOperationException>();
        (await engine.SucceedAsync(issued.RefreshToken)).Outcome.Should().Be(ExchangeOutcome.Rotated);
    }

    [Test]
    public async Task Signer_at_the_log_in_sees_when_the_family_ends()
    {
        using var engine = new Engine(RotationPolicy.Strict);
        DateTimeOffset? seen = null;

        await engine.Tokens.IssueAsync(new IssueRequest
        {
            Subject = Engine.User,
            ClientId = Engine.Client,
            CreateAccessToken = (context, _) =>
            {
                seen = context.Family.AbsoluteExpiresAt;
                return new(new AccessToken { Value = "at", Lifetime = TimeSpan.FromMinutes(5) });
            },
        });

        seen.Should().Be(engine.Now + TimeSpan.FromDays(30));
    }

    [Test]
    public async Task Policy_is_not_asked_for_by_who_has_no_business_with_the_family()
    {
        using var engine = new Engine(RotationPolicy.Strict);
        var issued = await engine.IssueAsync();
        engine.Policy = null!;

        var foreign = new ExchangeRequest { RefreshToken = issued.RefreshToken, ClientId = Engine.Client, TenantId = "other" };
        (await engine.Tokens.ExchangeAsync(foreign)).Should().BeOfType<ExchangeResult.Rejected>().Which.Reason.Should().Be(RejectionReason.Unknown);
        (await engine.ExchangeAsync(issued.RefreshToken, "other")).Should().BeOfType<ExchangeResult.Rejected>()
            .Which.Reason.Should().Be(RejectionReason.ClientMismatch);
    }

    [Test]
    public async Task Wide_reuse_response_reaches_the_rest_also_where_a_log_out_came_first()
    {
        var store = new ScriptedStore();
        using var engine = new Engine(RotationPolicy.Strict with { ReuseResponse = ReuseResponse.User }, store);
        var phone = await engine.IssueAsync();
        var laptop = await engine.IssueAsync();
        await engine.SucceedAsync(phone.RefreshToken);
        store.Reset();

        // The user logs the phone out while the replay is between its find and its swap.
        store.OnFind = async (call, row) =>
        {
            if (call == 1)
            {
                await engine.Families.RevokeAsync(TokenFamilyFilter.ForFamily(phone.Family.FamilyId), RevocationReason.User);
            }

            return row;
        };
        (await engine.FailAsync(phone.RefreshToken)).Should().Be(RejectionReason.ReuseDetected);

        (await engine.FailAsync(laptop.RefreshToken)).Should().Be(RejectionReason.Revoked);
    }

    [Test]
    public void Access_token_is_not_in_the_json_of_an_answer()
    {
        var token = new AccessToken { Value = "secret-access", IdToken = "secret-id", Lifetime = TimeSpan.FromMinutes(5) };

        JsonSerializer.Serialize(token).Should().NotContain("secret").And.Contain("Lifetime");
    }

    private sealed class ThrowingSink : EventSink
    {
        public override bool IsEnabled => true;

        public override void Publish(RefreshTokenEvent refreshTokenEvent) => throw new InvalidOperationException("The queue is broken.");
    }

    private sealed class ThrowingLoggers : ILoggerFactory, ILogger
    {
        public void AddProvider(ILoggerProvider provider)
        {
        }

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            throw new IOException("The sink is full.");

        public void Dispose()
        {
        }
    }
}
