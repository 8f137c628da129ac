using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace RefreshTokenRotation.EntityFrameworkCore.Internal;

/// <summary>A context for one call, and what has to go with it.</summary>
internal sealed class ContextLease(DbContext context, bool ownsContext, AsyncServiceScope? scope) : IAsyncDisposable
{
    public DbContext Context => context;

    public async ValueTask DisposeAsync()
    {
        if (ownsContext)
        {
            await context.DisposeAsync().ConfigureAwait(false);
        }

        if (scope is { } owned)
        {
            await owned.DisposeAsync().ConfigureAwait(false);
        }
    }
}
