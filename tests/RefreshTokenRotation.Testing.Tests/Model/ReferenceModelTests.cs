using RefreshTokenRotation.TestSupport.Model;

namespace RefreshTokenRotation.Testing.Tests.Model;

/// <summary>The model says what the design says, in cases worked out by hand.</summary>
[TestFixture]
internal sealed class ReferenceModelTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private ReferenceModel _model = null!;
    private RotationPolicy _policy = null!;
    private Guid _family;
    private string _first = null!;

    [SetUp]
    public void SetUp()
    {
        _policy = RotationPolicy.Mobile;
        _model = new ReferenceModel { Now = Start, Policies = _ => _policy };
        _family = Guid.NewGuid();
        _first = _model.Issue(new IssueRequest { Subject = "alice", ClientId = "web" }, _family).Handle;
    }

    [TestCase(0, "reissued")]
    [TestCase(10 * TimeSpan.TicksPerSecond - 1, "reissued")]
    [TestCase(10 * TimeSpan.TicksPerSecond, "recovered")]
    [TestCase(TimeSpan.TicksPerDay - 1, "recovered")]
    [TestCase(TimeSpan.TicksPerDay, "reuse_detected")]
    [TestCase(-TimeSpan.TicksPerMinute, "reissued")]
    [TestCase(-TimeSpan.TicksPerMinute - 1, "reuse_detected")]
    public void Previous_token_after_some_time_is_judged_by_its_windows(long ticks, string expected)
    {
        var successor = Exchange(_first).Handle;
        _model.Now += TimeSpan.FromTicks(ticks);

        var answer = Exchange(_first);

        Code(answer).Should().Be(expected);
        (answer.Handle == successor).Should().Be(expected == "reissued", "only a reissue gives the same token again");
    }

    [Test]
    public void Second_to_last_token_is_reuse_inside_the_leeway()
    {
        Exchange(Exchange(_first).Handle!);

        Code(Exchange(_first)).Should().Be("reuse_detected");
    }

    [Test]
    public void Recovery_happens_once_and_the_displaced_token_is_reuse()
    {
        var lost = Exchange(_first).Handle!;
        _model.Now += TimeSpan.FromHours(1);
        Code(Exchange(_first)).Should().Be("recovered");
        Code(Exchange(_first)).Should().Be("reissued");

        Code(Exchange(lost)).Should().Be("reuse_detected");
    }

    [Test]
    public void Recovered_token_after_its_leeway_is_not_recovered_again()
    {
        Exchange(_first);
        _model.Now += TimeSpan.FromHours(1);
        Exchange(_first);
        _model.Now += TimeSpan.FromHours(1);

        Code(Exchange(_first)).Should().Be("reuse_detected");
    }

    [Test]
    public void Confirmed_use_ends_the_recovery_and_not_the_leeway()
    {
        Exchange(_first);
        _model.ConfirmUse(_family, 1, string.Empty).Should().BeTrue();
        Code(Exchange(_first)).Should().Be("reissued");

        _model.Now += TimeSpan.FromSeconds(10);
        Code(Exchange(_first)).Should().Be("reuse_detected");
    }

    [Test]
    public void Lowered_leeway_acts_at_once_and_raised_leeway_reopens_nothing()
    {
        Exchange(_first);
        _model.Now += TimeSpan.FromSeconds(6);
        _policy = RotationPolicy.Mobile with { Leeway = TimeSpan.FromSeconds(5) };
        Code(Exchange(_first)).Should().Be("recovered");

        _model.Now += TimeSpan.FromSeconds(6);
        _policy = RotationPolicy.Mobile with { Leeway = TimeSpan.FromHours(1) };
        Code(Exchange(_first)).Should().Be("reuse_detected");
    }

    [Test]
    public void Stranger_changes_nothing()
    {
        Exchange(_first);
        _model.Now += TimeSpan.FromDays(2);
        var answer = _model.Exchange(new ExchangeRequest { RefreshToken = _first, ClientId = "app" });

        Code(answer).Should().Be("client_mismatch");
        _model.List(TokenFamilyFilter.ForFamily(_family)).Single().GetState(_model.Now).Should().Be(FamilyState.Active);
    }

    [Test]
    public void Absolute_expiry_never_moves_and_idle_expiry_never_passes_it()
    {
        var token = _first;
        for (var day = 0; day < 29; day++)
        {
            _model.Now += TimeSpan.FromDays(1);
            var answer = Exchange(token);
            token = answer.Handle!;
            answer.Family!.AbsoluteExpiresAt.Should().Be(Start.AddDays(30));
            answer.Family.IdleExpiresAt.Should().BeOnOrBefore(Start.AddDays(30));
        }

        _model.Now = Start.AddDays(30);
        Code(Exchange(token)).Should().Be("expired", "a bound is over at its own instant");
    }

    [Test]
    public void Wide_reuse_response_spares_a_later_log_in()
    {
        _policy = RotationPolicy.Strict with { ReuseResponse = ReuseResponse.User };
        var other = _model.Issue(new IssueRequest { Subject = "alice", ClientId = "app" }, Guid.NewGuid()).Handle;
        Exchange(_first);
        Code(Exchange(_first)).Should().Be("reuse_detected");
        _model.Now += TimeSpan.FromTicks(1);
        var later = _model.Issue(new IssueRequest { Subject = "alice", ClientId = "app" }, Guid.NewGuid()).Handle;

        Code(Exchange(_first)).Should().Be("revoked", "and the filter is repeated");

        _model.Introspect(new IntrospectRequest { RefreshToken = other }).Should().BeNull();
        _model.Introspect(new IntrospectRequest { RefreshToken = later }).Should().NotBeNull();
    }

    private static string Code(ModelExchange answer) => answer.Outcome?.ToCode() ?? answer.Reason!.Value.ToCode();

    private ModelExchange Exchange(string handle) => _model.Exchange(new ExchangeRequest { RefreshToken = handle, ClientId = "web" });
}
