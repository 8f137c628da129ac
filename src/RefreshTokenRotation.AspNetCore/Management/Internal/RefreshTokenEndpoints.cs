namespace RefreshTokenRotation.AspNetCore.Internal;

/// <summary>Reads, lists and revokes refresh tokens, and replaces their metadata.</summary>
internal sealed class RefreshTokenEndpoints(ITokenFamilyManager families, AuditTrail trail, TimeProvider time)
{
    private const int MaxTake = 100;
    private const int DefaultTake = 50;

    private static readonly ManagementAnswer IdMalformed = ManagementAnswer.BadRequest($"The id {FamilyIds.Malformed}.");

    public async ValueTask<ManagementAnswer> GetAsync(ManagementRequest request)
    {
        if (!FamilyIds.TryParse(request.Id, out var id))
        {
            return IdMalformed;
        }

        return await FindAsync(request, id).ConfigureAwait(false) is { } family ? RefreshTokenJson.Answer(family) : ManagementAnswer.RefreshTokenUnknown;
    }

    public async ValueTask<ManagementAnswer> DeleteAsync(ManagementRequest request)
    {
        if (!FamilyIds.TryParse(request.Id, out var id))
        {
            return IdMalformed;
        }

        var filter = TokenFamilyFilter.ForFamily(id) with { TenantId = request.TenantId };
        var entry = request.Audit(ManagementOperation.RefreshTokenRevoked) with { FamilyIds = [id] };
        await trail.MakeAsync(entry, token => families.RevokeAsync(filter, cancellationToken: token)).ConfigureAwait(false);
        return ManagementAnswer.Accepted;
    }

    public async ValueTask<ManagementAnswer> PatchAsync(ManagementRequest request)
    {
        if (!FamilyIds.TryParse(request.Id, out var id))
        {
            return IdMalformed;
        }

        var (body, unreadable) = await request.ReadBodyAsync().ConfigureAwait(false);
        if (unreadable is not null)
        {
            return unreadable;
        }

        if (MetadataPatch.Read(body, out var metadata) is { } error)
        {
            return ManagementAnswer.BadRequest(error);
        }

        if (await FindAsync(request, id).ConfigureAwait(false) is null)
        {
            return ManagementAnswer.RefreshTokenUnknown;
        }

        TokenFamilyInfo? changed = null;
        var entry = request.Audit(ManagementOperation.RefreshTokenMetadataChanged) with { FamilyIds = [id] };
        ArgumentException? outOfBounds = null;
        await trail.TryMakeAsync(entry, ReplaceAsync).ConfigureAwait(false);
        return outOfBounds is not null ? ManagementAnswer.BadRequest(MetadataPatch.Translate(outOfBounds))
            : changed is null ? ManagementAnswer.RefreshTokenUnknown
            : RefreshTokenJson.Answer(changed);

        async ValueTask<bool> ReplaceAsync(CancellationToken cancellationToken)
        {
            try
            {
                changed = await families.SetMetadataAsync(id, metadata, request.TenantId, cancellationToken).ConfigureAwait(false);
            }
            catch (ArgumentException fault) when (fault.ParamName == "metadata")
            {
                outOfBounds = fault;
            }

            return changed is not null;
        }
    }

    public ValueTask<ManagementAnswer> ListOfUserAsync(ManagementRequest request)
    {
        var query = request.Query("from", "take");
        return Texts.IsIdentifier(request.Id)
            ? ListAsync(request, query, request.Named(request.Id, clientId: null))
            : new(ManagementAnswer.BadRequest($"The user's id {Texts.Bound(RequestLimits.IdentifierLength)}."));
    }

    public ValueTask<ManagementAnswer> ListAsync(ManagementRequest request)
    {
        var query = request.Query("user_id", "client_id", "from", "take");
        return ListAsync(request, query, request.Named(query.Required("user_id"), query.Text("client_id")));
    }

    public async ValueTask<ManagementAnswer> DeleteOfUserAsync(ManagementRequest request)
    {
        var userId = request.Id;
        if (!Texts.IsIdentifier(userId))
        {
            return ManagementAnswer.BadRequest($"The user's id {Texts.Bound(RequestLimits.IdentifierLength)}.");
        }

        var filter = TokenFamilyFilter.ForUser(userId) with { TenantId = request.TenantId };
        var entry = request.Audit(ManagementOperation.UserRefreshTokensRevoked) with { UserId = userId };
        await trail.MakeAsync(entry, token => families.RevokeAsync(filter, cancellationToken: token)).ConfigureAwait(false);
        return ManagementAnswer.Accepted;
    }

    private async ValueTask<ManagementAnswer> ListAsync(ManagementRequest request, QueryReader query, TokenFamilyFilter filter)
    {
        var from = query.Cursor("from");
        var take = query.Number("take", 1, MaxTake, DefaultTake);
        if (query.Error is not null)
        {
            return query.Refusal;
        }

        return RefreshTokenJson.Answer(await families.ListAsync(filter, from, take, request.Aborted).ConfigureAwait(false));
    }

    /// <summary>A family that has ended is kept, to recognise its tokens, but it is no refresh token any more.</summary>
    private async ValueTask<TokenFamilyInfo?> FindAsync(ManagementRequest request, Guid id)
    {
        var family = await families.FindAsync(id, request.TenantId, request.Aborted).ConfigureAwait(false);
        return family?.GetState(time.GetUtcNow()) == FamilyState.Active ? family : null;
    }
}
