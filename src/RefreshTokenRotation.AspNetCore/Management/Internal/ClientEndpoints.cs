using System.Text.Json;
using Microsoft.Extensions.Logging;
using Microsoft.Net.Http.Headers;

namespace RefreshTokenRotation.AspNetCore.Internal;

/// <summary>Reads and changes the refresh token settings of clients.</summary>
internal sealed class ClientEndpoints(IOAuthClientStore clients, IRotationPolicyManager policies, AuditTrail trail, ILogger<ClientEndpoints> logger)
{
    private readonly ClientLocks _locks = new();

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

        var policy = await policies.GetAsync(id, request.TenantId, request.Aborted).ConfigureAwait(false);
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

        // What is merged must not change between reading and writing, as far as this process can see to it.
        using (await _locks.EnterAsync(request.TenantId, id, request.Aborted).ConfigureAwait(false))
        {
            return await ChangeAsync(request, id, settings).ConfigureAwait(false);
        }
    }

    private async ValueTask<ManagementAnswer> ChangeAsync(ManagementRequest request, string id, JsonElement settings)
    {
        var before = await policies.GetAsync(id, request.TenantId, request.Aborted).ConfigureAwait(false);
        if (CheckPrecondition(request, ClientJson.TagOf(id, before)) is { } refusal)
        {
            return refusal;
        }

        if (settings.ValueKind == JsonValueKind.Null)
        {
            var reset = request.Audit(ManagementOperation.ClientSettingsReset) with { ClientId = id, Before = before };
            await trail.MakeAsync(reset, token => RemoveAsync(request, id, token)).ConfigureAwait(false);
            return Answer(id, await policies.GetAsync(id, request.TenantId, CancellationToken.None).ConfigureAwait(false));
        }

        var (after, error) = PolicyPatch.Apply(settings, before);
        if (error is not null)
        {
            return ManagementAnswer.BadRequest(error);
        }

        string[] named = [.. settings.EnumerateObject().Select(static member => member.Name)];
        if (named.Length == 0)
        {
            return Answer(id, before); // Nothing is named: the options' policy is not pinned.
        }

        var change = request.Audit(ManagementOperation.ClientSettingsChanged) with { ClientId = id, ChangedMembers = named, Before = before, After = after };
        try
        {
            await trail.MakeAsync(change, token => SetAsync(request, id, after, token)).ConfigureAwait(false);
        }
        catch (ArgumentException outOfBounds)
        {
            return ManagementAnswer.BadRequest(PolicyMessages.Translate(outOfBounds, id));
        }

        if (await clients.FindAsync(id, request.TenantId, CancellationToken.None).ConfigureAwait(false) is { } client)
        {
            UnprotectedTokens.Warn(logger, client, after);
        }

        return Answer(id, after);
    }

    private async ValueTask<long> SetAsync(ManagementRequest request, string id, RotationPolicy policy, CancellationToken cancellationToken)
    {
        await policies.SetAsync(id, policy, request.TenantId, cancellationToken).ConfigureAwait(false);
        return 1;
    }

    private async ValueTask<long> RemoveAsync(ManagementRequest request, string id, CancellationToken cancellationToken)
    {
        await policies.RemoveAsync(id, request.TenantId, cancellationToken).ConfigureAwait(false);
        return 1;
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

/// <summary>Lets changes of one client come one after the other in this process. Clients share a fixed number of locks, so that made-up ids fill no memory.</summary>
internal sealed class ClientLocks
{
    private readonly SemaphoreSlim[] _locks = [.. Enumerable.Range(0, 64).Select(static _ => new SemaphoreSlim(1))];

    public async ValueTask<Entered> EnterAsync(string tenantId, string clientId, CancellationToken cancellationToken)
    {
        var semaphore = _locks[(uint)HashCode.Combine(tenantId, clientId) % (uint)_locks.Length];
        await semaphore.WaitAsync(cancellationToken).ConfigureAwait(false);
        return new Entered(semaphore);
    }

    internal readonly struct Entered(SemaphoreSlim semaphore) : IDisposable
    {
        public void Dispose() => semaphore.Release();
    }
}
