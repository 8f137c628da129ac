using System.Security.Cryptography;

namespace RefreshTokenRotation.Rotation;

/// <summary>Starts families: draw, produce, add, answer.</summary>
internal sealed class TokenIssuance(
    InstrumentedTokenStore store, PolicySource policies, CurrentOptions options, TimeProvider time, RandomSource random, ExchangeReporter report)
{
    private readonly ValueInterner _shared = new();

    public async ValueTask<IssueResult> IssueAsync(IssueRequest request, CancellationToken cancellationToken)
    {
        RequestValidator.Check(request);
        var resources = _shared.Distinct(request.Resources);
        var policy = await policies.ResolveAsync(
            new RotationPolicyContext(request.ClientId, request.TenantId, resources), cancellationToken).ConfigureAwait(false);
        var draft = Draw(request, policy, out var token);

        AccessToken? accessToken = null;
        if (request.CreateAccessToken is { } create)
        {
            var context = new AccessTokenContext(new TokenFamilyInfo(draft), generation: 0, outcome: null, draft.Grant.Scopes, draft.Grant.Resources, request.Services);
            accessToken = AccessToken.Required(await create(context, cancellationToken).ConfigureAwait(false));
        }

        cancellationToken.ThrowIfCancellationRequested();
        var now = time.GetUtcNow();
        var family = StartAt(now, draft, policy);
        var evicted = await AddAsync(family, policy.ActiveCap, now).ConfigureAwait(false);
        var info = new TokenFamilyInfo(family);
        report.Issued(info, now);
        return new IssueResult(token, info, accessToken, evicted.Count == 0 ? [] : [.. evicted.Select(old => report.Evicted(old, now))]);
    }

    /// <summary>A family at generation 0 that nobody has stored yet.</summary>
    public TokenFamily Draft(
        IssueRequest request, RotationPolicy policy, Opaque256 lookupKey, Guid familyId, Opaque256 secretHash, DateTimeOffset now)
    {
        var device = request.Device is { UserAgent: { } agent } ? request.Device with { UserAgent = _shared.Text(agent) } : request.Device;
        var family = new TokenFamily
        {
            Grant = new FamilyGrant
            {
                LookupKey = lookupKey,
                FamilyId = familyId,
                TenantId = _shared.Text(request.TenantId),
                Subject = request.Subject,
                ClientId = _shared.Text(request.ClientId),
                CreatedAt = now,
                Scopes = _shared.Distinct(request.Scopes),
                Resources = _shared.Distinct(request.Resources),
                AuthorizationId = request.AuthorizationId,
                SessionId = request.SessionId,
                SenderKeyThumbprint = request.SenderKeyThumbprint,
                AuthenticationTime = request.AuthenticationTime?.ToUniversalTime(),
                Acr = request.Acr,
                Amr = _shared.Distinct(request.Amr),
                FirstDevice = device,
            },
            Version = 1,
            RotationType = policy.RotationType,
            Generation = 0,
            SecretHash = secretHash,
            LastDevice = device,
            Metadata = Metadata.Copy(request.Metadata),
        };
        return StartAt(now, family, policy);
    }

    private TokenFamily Draw(IssueRequest request, RotationPolicy policy, out RefreshToken token)
    {
        Span<byte> secret = stackalloc byte[TokenFormat.SecretLength];
        Span<byte> selector = stackalloc byte[TokenFormat.SelectorLength];
        Span<byte> familyId = stackalloc byte[16];
        random.Fill(secret);
        random.Fill(selector);
        random.Fill(familyId);
        token = TokenFormat.Create(options.Value.TokenPrefix, generation: 0, secret, selector);
        var family = Draft(request, policy, Secrets.Hash(selector), FamilyIds.From(familyId), Secrets.Hash(secret), time.GetUtcNow());
        CryptographicOperations.ZeroMemory(secret);
        CryptographicOperations.ZeroMemory(selector);
        return family;
    }

    public static TokenFamily StartAt(DateTimeOffset now, TokenFamily family, RotationPolicy policy)
    {
        var lifetimes = Lifetimes.At(now, policy, fixedAbsolute: null);
        return family with
        {
            Grant = family.Grant with { CreatedAt = now },
            AbsoluteExpiresAt = lifetimes.Absolute,
            IdleExpiresAt = lifetimes.Idle,
        };
    }

    /// <summary>Adds, uncancelled once begun; an unknown outcome is settled by adding again, because a repeated add changes nothing. Such an add reports no
    /// eviction of the first one: the rows are gone, and only a read before every log-in could have named them.</summary>
    public async ValueTask<IReadOnlyList<TokenFamily>> AddAsync(TokenFamily family, int cap, DateTimeOffset now)
    {
        for (var repeated = false; ; repeated = true)
        {
            try
            {
                var evicted = await store.AddAsync(family, cap, now, CancellationToken.None).ConfigureAwait(false);
                if (repeated && evicted.Count == 0)
                {
                    report.AddRepeated(family);
                }

                return evicted;
            }
            catch (RefreshTokenUnavailableException) when (!repeated)
            {
                // Settled by the next round.
            }
        }
    }
}
