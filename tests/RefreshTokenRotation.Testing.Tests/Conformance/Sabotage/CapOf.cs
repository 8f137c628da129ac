using RefreshTokenRotation.Storage;

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

    public bool IsSerial { get; init; } = true;

    public bool AddsFirst { get; init; }

    public ITokenStore Create()
    {
        var serial = new SemaphoreSlim(1);
        return new BrokenStore(inner) { Add = (family, cap, now, token) => AddAsync(serial, family, cap, now, token) };
    }

    private async Task<IReadOnlyList<TokenFamily>> AddAsync(
        SemaphoreSlim serial, TokenFamily family, int cap, DateTimeOffset now, CancellationToken token)
    {
        if (IsSerial)
        {
            await serial.WaitAsync(token);
        }

        try
        {
            var active = (await Rewrite.ReadAsync(inner, Owner(family.Grant), now)).Where(row => Counts(row, now)).ToList();
            var victims = active.OrderBy(Age).Take(Math.Min(active.Count + 1 - cap, AtMost)).ToList();
            if (AddsFirst)
            {
                await inner.AddAsync(family, int.MaxValue, now, token);
            }

            await Task.Yield();
            foreach (var victim in victims)
            {
                await Evict(victim);
            }

            await inner.AddAsync(family, int.MaxValue, now, token);
            return victims;
        }
        finally
        {
            if (IsSerial)
            {
                serial.Release();
            }
        }
    }
}
