using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace RefreshTokenRotation.OpenIddict.Internal;

/// <summary>OpenIddict's entry of a family: one for its whole life, which holds the protected principal. It anchors the family in OpenIddict's own world:
/// pruning, revocation by authorization, and lists of tokens see it.</summary>
/// <remarks>Nobody can present the entry: its reference id is reserved, and its payload is not one that OpenIddict reads.</remarks>
internal sealed class FamilyEntries(IOpenIddictTokenManager tokens, IOpenIddictAuthorizationManager authorizations, IServiceScopeFactory scopes)
{
    private const string ReferencePrefix = "rtr_family:";
    private const string PayloadPrefix = "rtr1:";
    private const int MaxTries = 8;

    public static bool IsReference(string token) => token.StartsWith(ReferencePrefix, StringComparison.Ordinal);

    public static bool IsFamilyPayload(string payload) => payload.StartsWith(PayloadPrefix, StringComparison.Ordinal);

    public ValueTask<object?> FindAsync(Guid familyId, CancellationToken cancellationToken) =>
        tokens.FindByReferenceIdAsync(Reference(familyId), cancellationToken);

    public async ValueTask<(string? Id, string? Payload)> ReadAsync(object entry, CancellationToken cancellationToken)
    {
        var payload = await tokens.GetPayloadAsync(entry, cancellationToken).ConfigureAwait(false);
        return (
            await tokens.GetIdAsync(entry, cancellationToken).ConfigureAwait(false),
            payload is not null && IsFamilyPayload(payload) ? payload[PayloadPrefix.Length..] : null);
    }

    /// <summary>Whether OpenIddict still honours the entry and its authorization.</summary>
    public async ValueTask<bool> IsValidAsync(object entry, CancellationToken cancellationToken)
    {
        if (!await tokens.HasStatusAsync(entry, Statuses.Valid, cancellationToken).ConfigureAwait(false))
        {
            return false;
        }

        return await tokens.GetAuthorizationIdAsync(entry, cancellationToken).ConfigureAwait(false) is not { Length: > 0 } id
            || (await authorizations.FindByIdAsync(id, cancellationToken).ConfigureAwait(false) is { } authorization
                && await authorizations.HasStatusAsync(authorization, Statuses.Valid, cancellationToken).ConfigureAwait(false));
    }

    /// <summary>Makes an entry the family's.</summary>
    /// <returns>False if the family has one already: a parallel request came first.</returns>
    public async ValueTask<bool> BindAsync(string entryId, TokenFamilyInfo family, string payload, CancellationToken cancellationToken)
    {
        try
        {
            await WriteAsync(entryId, payload, Reference(family.FamilyId), family.AbsoluteExpiresAt, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (Exception) when (!cancellationToken.IsCancellationRequested)
        {
            // The unique index on reference ids refused it, whatever the database calls that.
            var scope = scopes.CreateAsyncScope();
            await using var ownedScope = scope.ConfigureAwait(false);
            var manager = scope.ServiceProvider.GetRequiredService<IOpenIddictTokenManager>();
            if (await manager.FindByReferenceIdAsync(Reference(family.FamilyId), cancellationToken).ConfigureAwait(false) is not null)
            {
                return false;
            }

            throw;
        }
    }

    /// <summary>Replaces the principal. A parallel request of the same family may have done so: its principal is as good, and the next exchange compares again.</summary>
    public async ValueTask UpdateAsync(string entryId, string payload, CancellationToken cancellationToken)
    {
        try
        {
            await WriteAsync(entryId, payload, reference: null, expiresAt: null, cancellationToken).ConfigureAwait(false);
        }
        catch (OpenIddictExceptions.ConcurrencyException)
        {
            // Left to the next exchange.
        }
    }

    /// <summary>The family has ended here: its entry ends, and so does an authorization that was made for this log-in alone. A consent that the user gave for
    /// more than one log-in is kept. When it returns, all of it has ended.</summary>
    public async ValueTask EndAsync(TokenFamilyInfo family, CancellationToken cancellationToken)
    {
        await EndEntryAsync(family.FamilyId, cancellationToken).ConfigureAwait(false);
        if (family.AuthorizationId is { } id && await IsAdHocAsync(id, cancellationToken).ConfigureAwait(false))
        {
            await EndAuthorizationAsync(id, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Ends the entry of a family alone.</summary>
    public ValueTask EndEntryAsync(Guid familyId, CancellationToken cancellationToken) => RepeatAsync(async services =>
    {
        var manager = services.GetRequiredService<IOpenIddictTokenManager>();
        return await manager.FindByReferenceIdAsync(Reference(familyId), cancellationToken).ConfigureAwait(false) is not { } entry
            || !await manager.HasStatusAsync(entry, Statuses.Valid, cancellationToken).ConfigureAwait(false)
            || await manager.TryRevokeAsync(entry, cancellationToken).ConfigureAwait(false);
    });

    /// <summary>Deletes the entry of a family that was never stored.</summary>
    public ValueTask DeleteAsync(Guid familyId, CancellationToken cancellationToken) => RepeatAsync(async services =>
    {
        var manager = services.GetRequiredService<IOpenIddictTokenManager>();
        if (await manager.FindByReferenceIdAsync(Reference(familyId), cancellationToken).ConfigureAwait(false) is not { } entry)
        {
            return true;
        }

        try
        {
            await manager.DeleteAsync(entry, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (OpenIddictExceptions.ConcurrencyException)
        {
            return false;
        }
    });

    /// <summary>Ends an authorization and its tokens.</summary>
    public async ValueTask EndAuthorizationAsync(string id, CancellationToken cancellationToken)
    {
        await tokens.RevokeByAuthorizationIdAsync(id, cancellationToken).ConfigureAwait(false);
        await RepeatAsync(async services =>
        {
            var manager = services.GetRequiredService<IOpenIddictAuthorizationManager>();
            return await manager.FindByIdAsync(id, cancellationToken).ConfigureAwait(false) is not { } authorization
                || !await manager.HasStatusAsync(authorization, Statuses.Valid, cancellationToken).ConfigureAwait(false)
                || await manager.TryRevokeAsync(authorization, cancellationToken).ConfigureAwait(false);
        }).ConfigureAwait(false);
    }

    /// <summary>Whether an authorization was made for one log-in alone.</summary>
    public async ValueTask<bool> IsAdHocAsync(string id, CancellationToken cancellationToken) =>
        await authorizations.FindByIdAsync(id, cancellationToken).ConfigureAwait(false) is { } authorization
        && await authorizations.HasTypeAsync(authorization, AuthorizationTypes.AdHoc, cancellationToken).ConfigureAwait(false);

    /// <summary>Whether an authorization has the entry of a family.</summary>
    public async ValueTask<bool> HasFamilyEntryAsync(string authorizationId, CancellationToken cancellationToken)
    {
        await foreach (var entry in tokens.FindByAuthorizationIdAsync(authorizationId, cancellationToken).ConfigureAwait(false))
        {
            if (await tokens.GetPayloadAsync(entry, cancellationToken).ConfigureAwait(false) is { } payload && IsFamilyPayload(payload))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>False from OpenIddict's managers says that another request changed the row: then it is read again, in a context that has not seen it.</summary>
    private async ValueTask RepeatAsync(Func<IServiceProvider, ValueTask<bool>> tryAsync)
    {
        for (var tries = 0; tries < MaxTries; tries++)
        {
            var scope = scopes.CreateAsyncScope();
            await using var ownedScope = scope.ConfigureAwait(false);
            if (await tryAsync(scope.ServiceProvider).ConfigureAwait(false))
            {
                return;
            }
        }

        throw new InvalidOperationException("The entries of an ended family could not be changed: other requests kept changing them.");
    }

    private static string Reference(Guid familyId) => ReferencePrefix + familyId.ToString("N", CultureInfo.InvariantCulture);

    /// <summary>In a scope of its own: a write that fails leaves nothing behind in the request's context.</summary>
    private async ValueTask WriteAsync(string entryId, string payload, string? reference, DateTimeOffset? expiresAt, CancellationToken cancellationToken)
    {
        var scope = scopes.CreateAsyncScope();
        await using var ownedScope = scope.ConfigureAwait(false);
        var manager = scope.ServiceProvider.GetRequiredService<IOpenIddictTokenManager>();
        var entry = await manager.FindByIdAsync(entryId, cancellationToken).ConfigureAwait(false)
            ?? throw new InvalidOperationException("The family's token entry has been deleted.");
        var descriptor = new OpenIddictTokenDescriptor();
        await manager.PopulateAsync(descriptor, entry, cancellationToken).ConfigureAwait(false);
        descriptor.Payload = PayloadPrefix + payload;
        if (reference is not null)
        {
            descriptor.ReferenceId = reference;
            descriptor.ExpirationDate = expiresAt;
        }

        await manager.UpdateAsync(entry, descriptor, cancellationToken).ConfigureAwait(false);
    }
}
