using System.Text.Json;
using Microsoft.Net.Http.Headers;

namespace RefreshTokenRotation.AspNetCore.Internal;

/// <summary>Reads and changes the refresh token settings of clients.</summary>
internal sealed class ClientEndpoints(IOAuthClientStore clients, IRotationPolicyManager policies, AuditTrail trail)
{
    /// <summary>Far beyond what administrators do to one client at once.</summary>
    private const int MaxTries = 100;

    public async ValueTask<ManagementAnswer> GetAsync(ManagementRequest request)
    {
        var query = request.Query("fields", "include_fields");
        var fields = FieldSelection.Read(query, ClientJson.ClientId, ClientJson.RefreshToken);
        if (query.Error is not null)
        {
            return query.Refusal;
        }

        var id = request.Id;
        if (await RefuseAsync(request, id).ConfigureAwait(false) is { } refusal)
        {
            return refusal;
        }

        // Past the cache: a change is made from what is shown here.
        var policy = (await policies.ReadAsync(id, request.TenantId, request.Aborted).ConfigureAwait(false)).Policy;
        return ManagementAnswer.Tagged(ClientJson.Write(id, policy, fields), ClientJson.TagOf(id, policy));
    }

    public async ValueTask<ManagementAnswer> PatchAsync(ManagementRequest request)
    {
        var id = request.Id;
        if (await RefuseAsync(request, id).ConfigureAwait(false) is { } refusal)
        {
            return refusal;
        }

        var (body, unreadable) = await request.ReadBodyAsync().ConfigureAwait(false);
        if (unreadable is not null)
        {
            return unreadable;
        }

        var members = new JsonMembers(body, ClientJson.RefreshToken);
        if (members.Error is { } error)
        {
            return ManagementAnswer.BadRequest(error);
        }

        if (!members.TryGet(ClientJson.RefreshToken, out var settings) || settings.ValueKind is not (JsonValueKind.Object or JsonValueKind.Null))
        {
            return ManagementAnswer.BadRequest("The body must hold refresh_token, an object or null.");
        }

        return await ChangeAsync(request, id, settings).ConfigureAwait(false);
    }

    /// <summary>Reads, merges and writes, again where another change came in between, on any node. A request that names what it was made from is
    /// refused then, unless the other change was undone.</summary>
    private async ValueTask<ManagementAnswer> ChangeAsync(ManagementRequest request, string id, JsonElement settings)
    {
        for (var tries = 0; tries < MaxTries; tries++)
        {
            var known = await policies.ReadAsync(id, request.TenantId, request.Aborted).ConfigureAwait(false);
            if (CheckPrecondition(request, ClientJson.TagOf(id, known.Policy)) is { } refusal)
            {
                return refusal;
            }

            var answer = settings.ValueKind == JsonValueKind.Null
                ? await ResetAsync(request, id, known).ConfigureAwait(false)
                : await SetAsync(request, id, settings, known).ConfigureAwait(false);
            if (answer is not null)
            {
                return answer;
            }
        }

        return ManagementAnswer.Unavailable;
    }

    /// <summary>Removes the policy.</summary>
    /// <returns>Null if another change came first.</returns>
    private async ValueTask<ManagementAnswer?> ResetAsync(ManagementRequest request, string id, VersionedRotationPolicy known)
    {
        var reset = request.Audit(ManagementOperation.ClientSettingsReset) with { ClientId = id, Before = known.Policy };
        return await trail.TryMakeAsync(reset, token => policies.TryRemoveAsync(id, known.Version, request.TenantId, token)).ConfigureAwait(false)
            ? Answer(id, (await policies.ReadAsync(id, request.TenantId, CancellationToken.None).ConfigureAwait(false)).Policy)
            : null;
    }

    /// <summary>Puts the named settings over the policy.</summary>
    /// <returns>Null if another change came first.</returns>
    private async ValueTask<ManagementAnswer?> SetAsync(ManagementRequest request, string id, JsonElement settings, VersionedRotationPolicy known)
    {
        var (after, error) = PolicyPatch.Apply(settings, known.Policy);
        if (error is not null)
        {
            return ManagementAnswer.BadRequest(error);
        }

        string[] named = [.. settings.EnumerateObject().Select(static member => member.Name)];
        if (named.Length == 0)
        {
            return Answer(id, known.Policy); // Nothing is named: the options' policy is not pinned.
        }

        var change = request.Audit(ManagementOperation.ClientSettingsChanged) with
        {
            ClientId = id, ChangedMembers = named, Before = known.Policy, After = after,
        };
        ArgumentException? outOfBounds = null;
        var isMade = await trail.TryMakeAsync(change, WriteAsync).ConfigureAwait(false);
        return outOfBounds is not null ? ManagementAnswer.BadRequest(PolicyMessages.Translate(outOfBounds, id))
            : isMade ? Answer(id, after)
            : null;

        async ValueTask<bool> WriteAsync(CancellationToken cancellationToken)
        {
            try
            {
                return await policies.TrySetAsync(id, after, known.Version, request.TenantId, cancellationToken).ConfigureAwait(false);
            }
            catch (ArgumentException fault) when (fault.ParamName == "policy")
            {
                outOfBounds = fault;
                return false;
            }
        }
    }

    private async ValueTask<ManagementAnswer?> RefuseAsync(ManagementRequest request, string id)
    {
        if (!Texts.IsIdentifier(id))
        {
            return ManagementAnswer.BadRequest($"The client's id {Texts.Bound(RequestLimits.IdentifierLength)}.");
        }

        // A store that compares without case finds another client.
        var client = await clients.FindAsync(id, request.TenantId, request.Aborted).ConfigureAwait(false);
        return client?.ClientId == id ? null : ManagementAnswer.ClientUnknown;
    }

    private static ManagementAnswer Answer(string id, RotationPolicy policy) =>
        ManagementAnswer.Tagged(ClientJson.Write(id, policy), ClientJson.TagOf(id, policy));

    private static ManagementAnswer? CheckPrecondition(ManagementRequest request, string tag)
    {
        var header = request.Http.Headers.IfMatch;
        if (header.Count == 0)
        {
            return null;
        }

        return !EntityTagHeaderValue.TryParseStrictList(header, out var known) ? ManagementAnswer.IfMatchMalformed
            : known.Any(value => value.Equals(EntityTagHeaderValue.Any) || value.Compare(new EntityTagHeaderValue(tag), useStrongComparison: true)) ? null
            : ManagementAnswer.Changed;
    }
}
