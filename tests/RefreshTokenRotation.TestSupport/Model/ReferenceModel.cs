using System.Collections.Immutable;

namespace RefreshTokenRotation.TestSupport.Model;

/// <summary>
/// The whole protocol once more, as simple as it can be said: one lock, every token kept in clear, no hash, no version, no store. Random
/// sequences of operations run against it and against an engine, and the answers are compared.
/// </summary>
/// <remarks>
/// It shares no code with the engine. Its tokens are handles: whoever compares keeps a map between them and the real tokens, and checks that
/// two real tokens are equal exactly where their handles are.
/// </remarks>
internal sealed class ReferenceModel
{
    private readonly Lock _lock = new();
    private readonly ModelRows _rows = new();
    private readonly List<ModelEvent> _events = [];

    /// <summary>The time. A test moves it together with the engine's clock, forward and back.</summary>
    public DateTimeOffset Now { get; set; }

    /// <summary>The policy of each family. Default: <see cref="RotationPolicy.Strict"/> for all.</summary>
    public Func<RotationPolicyContext, RotationPolicy> Policies { get; set; } = _ => RotationPolicy.Strict;

    /// <summary>What the host's hooks say to an exchange that would succeed. Default: nothing.</summary>
    public Func<ModelFamily, ExchangeOutcome, ModelHookAnswer> Hook { get; set; } = (_, _) => new ModelHookAnswer();

    /// <summary>The events since the last call of this method.</summary>
    /// <returns>The events, in order.</returns>
    public IReadOnlyList<ModelEvent> TakeEvents()
    {
        lock (_lock)
        {
            ModelEvent[] told = [.. _events];
            _events.Clear();
            return told;
        }
    }

    /// <summary>A handle of a token that a family never gave out, though its presenter knows a real one: right selector, wrong secret.</summary>
    /// <param name="familyId">The family.</param>
    /// <returns>The handle.</returns>
    public string Forge(Guid familyId)
    {
        lock (_lock)
        {
            return _rows.NewHandle(familyId, "forged");
        }
    }

    /// <summary>Starts a family.</summary>
    /// <param name="request">What was granted.</param>
    /// <param name="familyId">The id that the engine gave to its family.</param>
    /// <returns>The first token, and whom the cap evicted.</returns>
    public ModelIssue Issue(IssueRequest request, Guid familyId)
    {
        ArgumentNullException.ThrowIfNull(request);
        lock (_lock)
        {
            var policy = Policies(new RotationPolicyContext(request.ClientId, request.TenantId, request.Resources));
            var family = ModelLifetimes.Renew(policy, Now, new ModelFamily
            {
                FamilyId = familyId,
                Grant = request,
                CreatedAt = Now,
                RotationType = policy.RotationType,
                Tokens = [new ModelToken { Handle = _rows.NewHandle(familyId, "token"), Generation = 0, IssuedAt = Now }],
                Metadata = request.Metadata ?? ImmutableDictionary<string, string>.Empty,
            });
            var evicted = _rows.Evict(family, policy.ActiveCap - 1, Now);
            _rows.Put(family);
            _events.AddRange(evicted.Select(ModelEvent.Evicted));
            _events.Add(ModelEvent.Issued(familyId));
            return new ModelIssue(family.Current.Handle, family, evicted);
        }
    }

    /// <summary>Exchanges a token.</summary>
    /// <param name="request">The request; its token is a handle.</param>
    /// <returns>The answer.</returns>
    public ModelExchange Exchange(ExchangeRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        lock (_lock)
        {
            var handle = request.RefreshToken.Reveal();
            var found = _rows.FindByToken(handle, request.TenantId);
            var policy = found is null ? RotationPolicy.Strict : PolicyOf(found);
            var decision = ModelDecision.Decide(found, handle, request, policy, Now, Hook);
            _events.Add(decision.Event);
            if (decision.Family is { } changed)
            {
                _rows.Put(changed);
            }

            if (decision.Answer.Outcome == ExchangeOutcome.ConvertedToRotating)
            {
                End(ModelFilter.OtherReusable(decision.Family!), RevocationReason.Migrated, Now, delete: true);
            }

            if (decision.IsWideReuse && decision.Answer.Family is { RevokedAt: { } revokedAt } reused)
            {
                // All get the instant of the detection: a repeat that starts from one of them must spare a new log-in too.
                foreach (var wide in ModelFilter.ReuseResponse(policy, reused))
                {
                    End(wide, RevocationReason.ReuseDetected, revokedAt, delete: false);
                }
            }

            return decision.Answer;
        }
    }

    /// <summary>Ends a family by one of its tokens.</summary>
    /// <param name="request">The request; its token is a handle.</param>
    /// <returns>The answer.</returns>
    public RevokeResult Revoke(RevokeRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        lock (_lock)
        {
            if (_rows.FindByToken(request.RefreshToken.Reveal(), request.TenantId) is not { } family)
            {
                return RevokeResult.NothingToRevoke;
            }

            if (!string.Equals(family.Grant.ClientId, request.ClientId, StringComparison.Ordinal))
            {
                _events.Add(ModelEvent.Rejected(family.FamilyId, RejectionReason.ClientMismatch, false, null, security: true));
                return RevokeResult.ClientMismatch;
            }

            // A reusable family that never rotated has one token alone: any other was tampered with.
            if (family is { RotationType: RotationType.NonRotating, Generation: 0 }
                && !string.Equals(family.Current.Handle, request.RefreshToken.Reveal(), StringComparison.Ordinal))
            {
                _events.Add(ModelEvent.Rejected(family.FamilyId, RejectionReason.Unknown, false, null, security: true));
                return RevokeResult.NothingToRevoke;
            }

            if (family.RevokedAt is not null)
            {
                return RevokeResult.NothingToRevoke;
            }

            _rows.Put(family with { RevokedAt = Now, RevocationReason = RevocationReason.ClientRequest });
            _events.Add(ModelEvent.Revoked(family.FamilyId, RevocationReason.ClientRequest, 1, deleted: false));
            return RevokeResult.Revoked;
        }
    }

    /// <summary>Tells whether a token is the current one of a living family.</summary>
    /// <param name="request">The request; its token is a handle.</param>
    /// <returns>The family; null for inactive.</returns>
    public ModelFamily? Introspect(IntrospectRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        lock (_lock)
        {
            var handle = request.RefreshToken.Reveal();
            return _rows.FindByToken(handle, request.TenantId) is { } family
                && family.GetState(Now) == FamilyState.Active
                && string.Equals(family.Current.Handle, handle, StringComparison.Ordinal)
                    ? family
                    : null;
        }
    }

    /// <summary>The host saw an access token in use.</summary>
    /// <param name="familyId">The family.</param>
    /// <param name="generation">The generation.</param>
    /// <param name="tenantId">The tenant.</param>
    /// <returns>Whether the family lives and this is its generation.</returns>
    public bool ConfirmUse(Guid familyId, long generation, string tenantId)
    {
        lock (_lock)
        {
            return _rows.FindById(familyId, tenantId) is { } family
                && family.Generation == generation
                && _rows.Put(ModelWrite.EndRecovery(family)).GetState(Now) == FamilyState.Active;
        }
    }

    /// <summary>Revokes, or deletes, every family that matches.</summary>
    /// <param name="filter">Which.</param>
    /// <param name="reason">Why.</param>
    /// <param name="delete">Whether they are deleted.</param>
    /// <returns>How many.</returns>
    public long RevokeAll(TokenFamilyFilter filter, RevocationReason reason, bool delete)
    {
        ArgumentNullException.ThrowIfNull(filter);
        lock (_lock)
        {
            return End(family => ModelFilter.Matches(filter, family, Now), reason, Now, delete);
        }
    }

    /// <summary>Replaces the host's own data.</summary>
    /// <param name="familyId">The family.</param>
    /// <param name="metadata">The data.</param>
    /// <param name="tenantId">The tenant.</param>
    /// <returns>The family; null if there is none.</returns>
    public ModelFamily? SetMetadata(Guid familyId, IReadOnlyDictionary<string, string> metadata, string tenantId)
    {
        lock (_lock)
        {
            return _rows.FindById(familyId, tenantId) is { } family ? _rows.Put(family with { Metadata = metadata }) : null;
        }
    }

    /// <summary>Deletes every family that ended before an instant.</summary>
    /// <param name="endedBefore">The instant.</param>
    /// <returns>How many.</returns>
    public int Prune(DateTimeOffset endedBefore)
    {
        lock (_lock)
        {
            return _rows.Remove(family => family.EndedBefore(endedBefore));
        }
    }

    /// <summary>Lists families, oldest log-in first.</summary>
    /// <param name="filter">Which.</param>
    /// <returns>The families.</returns>
    public IReadOnlyList<ModelFamily> List(TokenFamilyFilter filter)
    {
        ArgumentNullException.ThrowIfNull(filter);
        lock (_lock)
        {
            return [.. _rows.Families.Values
                .Where(family => ModelFilter.Matches(filter, family, Now))
                .OrderBy(family => family.CreatedAt)
                .ThenBy(family => family.FamilyId)];
        }
    }

    private RotationPolicy PolicyOf(ModelFamily family) =>
        Policies(new RotationPolicyContext(family.Grant.ClientId, family.Grant.TenantId, family.Grant.Resources));

    private int End(Func<ModelFamily, bool> matches, RevocationReason reason, DateTimeOffset at, bool delete)
    {
        var count = _rows.End(matches, reason, at, delete);
        if (count > 0)
        {
            _events.Add(ModelEvent.Revoked(null, reason, count, delete));
        }

        return count;
    }
}
