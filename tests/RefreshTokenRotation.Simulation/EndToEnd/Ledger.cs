using System.Security.Cryptography;
using RefreshTokenRotation.Rotation;
using RefreshTokenRotation.Storage;

namespace RefreshTokenRotation.Simulation.EndToEnd;

/// <summary>Watches every commit and every response, and says which rule is broken.</summary>
internal sealed class Ledger(Agenda agenda, RotationPolicy policy)
{
    public static readonly string[] Prefixes = ["rtr_", "rt2_"];

    /// <summary>How far servers' clocks and the way to the database may move the edge of a window.</summary>
    private static readonly TimeSpan Slack = TimeSpan.FromSeconds(2);

    private readonly Dictionary<Opaque256, FamilyAccount> _families = [];
    private readonly Dictionary<string, (FamilyAccount Family, long Generation)> _tokens = new(StringComparer.Ordinal);

    /// <summary>The first rule that was broken, and in whose life.</summary>
    public (string Rule, int User, Guid? Family)? Broken { get; private set; }

    public FamilyAccount? FamilyOf(string? token) => token is not null && _tokens.TryGetValue(token, out var known) ? known.Family : null;

    public long? GenerationOf(string? token) => token is not null && _tokens.TryGetValue(token, out var known) ? known.Generation : null;

    public FamilyAccount? Find(Opaque256 lookupKey) => _families.GetValueOrDefault(lookupKey);

    public void Added(TokenFamily family, int user) => _families.TryAdd(family.Grant.LookupKey, new FamilyAccount(user, family.Grant.FamilyId, agenda.Now));

    public void Committed(TokenFamily? before, TokenFamily after, long? presented)
    {
        if (_families.TryGetValue(after.Grant.LookupKey, out var family) && family.Enter(before, after, presented, agenda.Now) is { } fault)
        {
            Break(fault, family.User, family.Id);
        }
    }

    public void Revoked(Guid family, RevocationReason reason) => _families.Values.Single(account => account.Id == family).Revoke(agenda.Now, reason);

    /// <summary>Checks what goes out to a caller.</summary>
    public void Answered(Call call, Reply reply)
    {
        if (reply.RefreshToken is { } token)
        {
            Succeeded(call, token);
        }
        else if (FamilyOf(call.Token) is { } family && reply.Refusal is { } reason)
        {
            Refused(call, family, reason);
        }
    }

    private void Succeeded(Call call, string token)
    {
        var (family, generation) = Read(token);
        if (family is null)
        {
            Break("a token went out whose family is not stored", call.User, null);
            return;
        }

        if (family.Answered.TryGetValue(generation, out var known) && known[4..] != token[4..])
        {
            Break($"two tokens of generation {generation} went out: two lineages", call.User, family.Id);
        }

        family.Answered[generation] = token;
        _tokens[token] = (family, generation);
        if (call.Token is null)
        {
            return;
        }

        if (generation > family.Current)
        {
            Break($"generation {generation} went out and is not stored", call.User, family.Id);
        }

        if (family.Revoked is { } revoked && revoked.At < call.BeganAt)
        {
            Break("a revoked family answered", call.User, family.Id);
        }

        if (!family.AcceptsSometime(call.Presented!.Value, policy, call.BeganAt, agenda.Now, Slack))
        {
            Break($"generation {call.Presented} was accepted, which was used up", call.User, family.Id);
        }
    }

    private void Refused(Call call, FamilyAccount family, RejectionReason reason)
    {
        var isRight = reason switch
        {
            RejectionReason.ReuseDetected => !family.AcceptsAlways(call.Presented!.Value, policy, call.BeganAt, agenda.Now, Slack),
            RejectionReason.Revoked => family.Revoked is not null,
            RejectionReason.Expired => agenda.Now - family.StartedAt > policy.AbsoluteLifetime - Slack || agenda.Now - family.LastWrittenAt > policy.IdleLifetime - Slack,
            RejectionReason.Unknown => family.IsEvicted,
            _ => true,
        };
        if (!isRight)
        {
            Break($"the user was logged out without a cause: generation {call.Presented} was refused as {Words(reason)}", call.User, family.Id);
        }
    }

    private static string Words(RejectionReason reason) => reason switch
    {
        RejectionReason.ReuseDetected => "reuse, though it was good",
        RejectionReason.Revoked => "revoked, though its family is not",
        RejectionReason.Expired => "expired, though its time was not over",
        _ => "unknown, though the server had answered with it",
    };

    private (FamilyAccount? Family, long Generation) Read(string token)
    {
        if (_tokens.TryGetValue(token, out var known))
        {
            return known;
        }

        Span<byte> secret = stackalloc byte[TokenFormat.SecretLength];
        Span<byte> selector = stackalloc byte[TokenFormat.SelectorLength];
        return TokenFormat.TryParse(token, Prefixes, out var generation, secret, selector)
            ? (Find(new Opaque256(SHA256.HashData(selector))), generation)
            : (null, 0);
    }

    private void Break(string rule, int user, Guid? family) => Broken ??= (rule, user, family);
}
