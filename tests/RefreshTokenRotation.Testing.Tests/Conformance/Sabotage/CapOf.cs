using RefreshTokenRotation.Storage;
using RefreshTokenRotation.Testing.Conformance.Support;
using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.Testing.Tests.Conformance;

/// <summary>A cap in steps of its own, each of which can be wrong. Its victims are not looked at again before they go.</summary>
internal sealed class CapOf(ITokenStore inner)
{
    public Func<TokenFamily, long> Age { get; init; } = row => row.CurrentTokenIssuedAt.UtcTicks;

    public Func<TokenFamily, DateTimeOffset, bool> Counts { get; init; } = (row, now) => row.GetState(now) == FamilyState.Active;

    public Func<TokenFamily, Task<bool>> Evict { get; init; } = row => Rewrite.DeleteAsync(inner, row);

    public Func<FamilyGrant, TokenFamilyFilter> Owner { get; init; } =
        grant => TokenFamilyFilter.ForUserAndClient(grant.Subject, grant.ClientId) with { TenantId = grant.TenantId };

    public int AtMost { get; init; } = int.MaxValue;

    /// <summary>Each second add takes what the add before it has read, as if both had read before either wrote.</summary>
    public bool ReadsForTwo { get; init; }

    /// <summary>Whether adds wait for each other.</summary>
    public bool IsSerial { get; init; } = true;

    public bool AddsFirst { get; init; }

    public ITokenStore Create()
    {
        var serial = new SemaphoreSlim(IsSerial ? 1 : int.MaxValue);
        IReadOnlyList<TokenFamily>? shared = null;
        return new BrokenStore(inner)
        {
            Add = async (family, cap, now, token) =>
            {
                await serial.WaitAsync(token);
                try
                {
                    var read = shared ?? await Rewrite.ReadAsync(inner, Owner(family.Grant), now);
                    shared = ReadsForTwo && shared is null ? read : null;
                    return await AddAsync(read, family, cap, now, token);
                }
                finally
                {
                    serial.Release();
                }
            },
        };
    }

    private async Task<IReadOnlyList<TokenFamily>> AddAsync(
        IReadOnlyList<TokenFamily> read, TokenFamily family, int cap, DateTimeOffset now, CancellationToken token)
    {
        var active = read.Where(row => Counts(row, now)).ToList();
        var victims = active.OrderBy(Age).Take(Math.Min(active.Count + 1 - cap, AtMost)).ToList();
        if (AddsFirst)
        {
            await inner.AddAsync(family, int.MaxValue, now, token);
        }

        await CaseRun.LetOthersRunAsync();
        foreach (var victim in victims)
        {
            await Evict(victim);
        }

        await inner.AddAsync(family, int.MaxValue, now, token);
        return victims;
    }
}
