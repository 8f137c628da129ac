using System.Security.Cryptography;
using RefreshTokenRotation.Internal;
using RefreshTokenRotation.Storage;

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
            new RotationPolicyContext(request.TenantId, request.ClientId, resources), cancellationToken).ConfigureAwait(false);
        var draft = Draw(request, resources, policy, out var token);

        AccessToken? accessToken = null;
        if (request.CreateAccessToken is { } create)
        {
            var context = new AccessTokenContext(new TokenFamilyInfo(draft), generation: 0, outcome: null, draft.Grant.Scopes, draft.Grant.Resources);
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

    private TokenFamily Draw(IssueRequest request, IReadOnlyList<string> resources, RotationPolicy policy, out RefreshToken token)
    {
        Span<byte> secret = stackalloc byte[TokenFormat.SecretLength];
        Span<byte> selector = stackalloc byte[TokenFormat.SelectorLength];
        Span<byte> familyId = stackalloc byte[16];
        random.Fill(secret);
        random.Fill(selector);
        random.Fill(familyId);
        var device = request.Device is { UserAgent: { } agent } ? request.Device with { UserAgent = _shared.Text(agent) } : request.Device;
        familyId[6] = (byte)((familyId[6] & 0x0F) | 0x40); // a version 4 UUID (RFC 9562 section 5.4)
        familyId[8] = (byte)((familyId[8] & 0x3F) | 0x80);

        token = TokenFormat.Create(options.Value.TokenPrefix, generation: 0, secret, selector);
        var family = new TokenFamily
        {
            Grant = new FamilyGrant
            {
                LookupKey = Secrets.Hash(selector),
                FamilyId = new Guid(familyId, bigEndian: true),
                TenantId = _shared.Text(request.TenantId),
                Subject = request.Subject,
                ClientId = _shared.Text(request.ClientId),
                CreatedAt = time.GetUtcNow(),
                Scopes = _shared.Distinct(request.Scopes),
                Resources = resources,
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
            SecretHash = Secrets.Hash(secret),
            LastDevice = device,
            Metadata = Metadata.Copy(request.Metadata),
        };

        CryptographicOperations.ZeroMemory(secret);
        CryptographicOperations.ZeroMemory(selector);
        return StartAt(family.Grant.CreatedAt, family, policy);
    }

    private static TokenFamily StartAt(DateTimeOffset now, TokenFamily family, RotationPolicy policy)
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
    private async ValueTask<IReadOnlyList<TokenFamily>> AddAsync(TokenFamily family, int cap, DateTimeOffset now)
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
