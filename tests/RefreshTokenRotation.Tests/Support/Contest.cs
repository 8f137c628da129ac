using RefreshTokenRotation.Storage;

namespace RefreshTokenRotation.Tests.Support;

/// <summary>Many callers present one token at once; afterwards there is one lineage at most.</summary>
internal sealed class Contest : IDisposable
{
    private readonly Engine _engine;
    private readonly RotationPolicy _policy;
    private readonly ExchangeOutcome _outcome;
    private readonly object?[] _answers;
    private IssueResult _issued = null!;

    public Contest(int callers, RotationPolicy policy, ExchangeOutcome outcome = ExchangeOutcome.Rotated, ITokenStore? store = null)
    {
        (_policy, _outcome, _answers) = (policy, outcome, new object?[callers]);
        _engine = new Engine(policy, store);
    }

    public int JudgedRounds { get; private set; }

    private bool HasLeeway => _policy.Leeway > TimeSpan.Zero;

    private IEnumerable<ExchangeResult.Succeeded> Successes => _answers.OfType<ExchangeResult.Succeeded>();

    public async Task PrepareAsync(int round)
    {
        var startsReusable = _outcome is ExchangeOutcome.ConvertedToRotating;
        _engine.Policy = _policy with { RotationType = startsReusable ? RotationType.NonRotating : RotationType.Rotating };
        _issued = await _engine.IssueAsync($"user {round}");
        if (_outcome == ExchangeOutcome.Recovered)
        {
            await _engine.SucceedAsync(_issued.RefreshToken);
            _engine.Time.Advance(TimeSpan.FromHours(1));
        }

        _engine.Policy = _policy with
        {
            RotationType = _outcome == ExchangeOutcome.ConvertedToNonRotating ? RotationType.NonRotating : RotationType.Rotating,
        };
    }

    public async Task PresentAsync(int caller)
    {
        try
        {
            _answers[caller] = await _engine.ExchangeAsync(_issued.RefreshToken);
        }
        catch (RefreshTokenUnavailableException outage)
        {
            _answers[caller] = outage;
        }
    }

    /// <summary>Judges a round in which the store did its duty.</summary>
    public async Task JudgeAsync()
    {
        _answers.OfType<RefreshTokenUnavailableException>().Should().BeEmpty();
        Successes.Count(success => success.Outcome == _outcome).Should().Be(1, "one call writes");
        if (HasLeeway)
        {
            Successes.Should().HaveCount(_answers.Length);
        }
        else
        {
            Successes.Should().ContainSingle();
            (await _engine.RowAsync(_issued)).RevocationReason.Should().Be(RevocationReason.ReuseDetected);
        }

        await JudgeLineageAsync();
    }

    /// <summary>Judges a round after any faults; the store must be calm by now.</summary>
    public async Task JudgeLineageAsync()
    {
        var tokens = Successes.Select(success => success.RefreshToken.Reveal()).Distinct().ToArray();
        tokens.Length.Should().BeLessThanOrEqualTo(1, "no two lineages may live");
        if (HasLeeway)
        {
            _answers.OfType<ExchangeResult.Rejected>().Should().BeEmpty("nobody stole anything");
            var retry = await _engine.SucceedAsync(_issued.RefreshToken);
            tokens.Should().BeSubsetOf([retry.RefreshToken.Reveal()]);
            (await _engine.SucceedAsync(retry.RefreshToken)).Outcome.Should().BeOneOf(ExchangeOutcome.Rotated, ExchangeOutcome.Used);
            _engine.Time.Advance(_policy.Leeway);
        }
        else
        {
            Successes.Count().Should().BeLessThanOrEqualTo(1);
        }

        (await _engine.FailAsync(_issued.RefreshToken)).Should().BeOneOf(RejectionReason.ReuseDetected, RejectionReason.Revoked);
        foreach (var token in tokens)
        {
            (await _engine.FailAsync(token)).Should().Be(RejectionReason.Revoked);
        }

        await _engine.Families.DeleteAsync(TokenFamilyFilter.ForFamily(_issued.Family.FamilyId));
        _engine.Events.Clear();
        Array.Clear(_answers);
        JudgedRounds++;
    }

    public void Dispose() => _engine.Dispose();
}
