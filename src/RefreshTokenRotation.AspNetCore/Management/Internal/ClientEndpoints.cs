using System.Text.Json;
using Microsoft.Net.Http.Headers;

namespace RefreshTokenRotation.AspNetCore.Internal;

/// <summary>Reads and changes the refresh token settings of clients.</summary>
internal sealed class ClientEndpoints(IOAuthClientStore clients, ApiResolver apis, IRotationPolicyManager policies, AuditTrail trail, ILogger<ClientEndpoints> logger)
{
    /// <summary>Far beyond what administrators do to one client at once.</summary>
    private const int MaxTries = 100;

    public async ValueTask<ManagementAnswer> GetAsync(ManagementRequest request)
    {
        var fields = FieldSelection.Read<ClientBody>(request.Query);
        if (await clients.FindExactlyAsync(request.Id, request.TenantId, request.Aborted).ConfigureAwait(false) is not { } client)
        {
            return ManagementAnswer.ClientUnknown;
        }

        // Past the cache: a change is made from what is shown here.
        var known = await policies.ReadAsync(client.ClientId, request.TenantId, request.Aborted).ConfigureAwait(false);
        return await AnswerAsync(request, client, known.Policy, fields).ConfigureAwait(false);
    }

    public async ValueTask<ManagementAnswer> PatchAsync(ManagementRequest request)
    {
        if (await clients.FindExactlyAsync(request.Id, request.TenantId, request.Aborted).ConfigureAwait(false) is not { } client)
        {
            return ManagementAnswer.ClientUnknown;
        }

        var body = await request.ReadBodyAsync().ConfigureAwait(false);
        ManagementJson.RequireKnown<ClientPatchBody>(body);
        return body.TryGetProperty(ClientPatchBody.Name, out var settings) && settings.ValueKind is JsonValueKind.Object or JsonValueKind.Null
            ? await ChangeAsync(request, client, settings).ConfigureAwait(false)
            : throw ManagementJson.Misshapen<ClientPatchBody>(body, ClientPatchBody.Name);
    }

    /// <summary>Reads, merges and writes, again where another change came in between, on any node. A request that names what it was made from is
    /// refused then, unless the other change was undone.</summary>
    private async ValueTask<ManagementAnswer> ChangeAsync(ManagementRequest request, OAuthClient client, JsonElement settings)
    {
        for (var tries = 0; tries < MaxTries; tries++)
        {
            var known = await policies.ReadAsync(client.ClientId, request.TenantId, request.Aborted).ConfigureAwait(false);
            if (CheckPrecondition(request, ClientJson.TagOf(client.ClientId, known.Policy)) is { } refusal)
            {
                return refusal;
            }

            var answer = settings.ValueKind == JsonValueKind.Null
                ? await ResetAsync(request, client, known).ConfigureAwait(false)
                : await SetAsync(request, client, settings, known).ConfigureAwait(false);
            if (answer is not null)
            {
                return answer;
            }
        }

        return ManagementAnswer.Unavailable;
    }

    /// <summary>Removes the policy.</summary>
    /// <returns>Null if another change came first.</returns>
    private async ValueTask<ManagementAnswer?> ResetAsync(ManagementRequest request, OAuthClient client, VersionedRotationPolicy known)
    {
        var id = client.ClientId;
        var reset = request.Audit(ManagementOperation.ClientSettingsReset) with { ClientId = id, Before = known.Policy };
        if (!await trail.TryMakeAsync(reset, token => policies.TryRemoveAsync(id, known.Version, request.TenantId, token)).ConfigureAwait(false))
        {
            return null;
        }

        var left = await policies.ReadAsync(id, request.TenantId, CancellationToken.None).ConfigureAwait(false);
        return await AnswerAsync(request, client, left.Policy).ConfigureAwait(false);
    }

    /// <summary>Puts the named settings over the policy.</summary>
    /// <returns>Null if another change came first.</returns>
    private async ValueTask<ManagementAnswer?> SetAsync(ManagementRequest request, OAuthClient client, JsonElement settings, VersionedRotationPolicy known)
    {
        var id = client.ClientId;
        var after = PolicyPatch.Apply(settings, known.Policy);
        string[] named = [.. settings.EnumerateObject().Select(static member => member.Name)];
        if (named.Length == 0)
        {
            return await AnswerAsync(request, client, known.Policy).ConfigureAwait(false); // Nothing is named: the options' policy is not pinned.
        }

        // What it says is found out first: after the change, no failure of the host's code may hide that it was made.
        var warnings = await WarnAsync(client, after, request).ConfigureAwait(false);
        var change = request.Audit(ManagementOperation.ClientSettingsChanged) with
        {
            ClientId = id,
            ChangedMembers = named,
            Before = known.Policy,
            After = after,
        };
        RotationPolicyException? outOfBounds = null;
        if (await trail.TryMakeAsync(change, WriteAsync).ConfigureAwait(false))
        {
            if (warnings.Count > 0)
            {
                logger.SettingsWarned(id, request.TenantId, string.Join(' ', warnings));
            }

            return Answer(client, after, warnings);
        }

        return outOfBounds is null ? null : ManagementAnswer.BadRequest(PolicyMessages.Translate(outOfBounds));

        async ValueTask<bool> WriteAsync(CancellationToken cancellationToken)
        {
            try
            {
                return await policies.TrySetAsync(id, after, known.Version, request.TenantId, cancellationToken).ConfigureAwait(false);
            }
            catch (RotationPolicyException fault)
            {
                outOfBounds = fault;
                return false;
            }
        }
    }

    private async ValueTask<ManagementAnswer> AnswerAsync(ManagementRequest request, OAuthClient client, RotationPolicy policy, FieldSelection fields = default) =>
        Answer(client, policy, await WarnAsync(client, policy, request).ConfigureAwait(false), fields);

    private static ManagementAnswer Answer(OAuthClient client, RotationPolicy policy, IReadOnlyList<string> warnings, FieldSelection fields = default) =>
        new(StatusCodes.Status200OK, ClientJson.Write(client.ClientId, policy, warnings, fields), ClientJson.TagOf(client.ClientId, policy));

    /// <summary>Settings that are taken and have no effect, and one that leaves tokens to whoever copies them.</summary>
    private async ValueTask<IReadOnlyList<string>> WarnAsync(OAuthClient client, RotationPolicy policy, ManagementRequest request)
    {
        var warnings = new List<string>();
        if (!client.GrantTypes.Contains(ParameterNames.RefreshToken, StringComparer.Ordinal))
        {
            warnings.Add("The client may not use the grant refresh_token: it gets no refresh tokens, and these settings have no effect.");
        }

        if (StartupWarnings.IsUnprotected(client, policy))
        {
            warnings.Add("rotation_type (non-rotating): tokens of a public client must rotate or be bound to a key (RFC 9700 section 2.2.2).");
        }

        foreach (var audience in policy.MultiResource.Select(static entry => entry.Resource))
        {
            if (await apis.FindAsync(audience, request.TenantId, request.Aborted).ConfigureAwait(false) is not { AllowOfflineAccess: true })
            {
                warnings.Add($"policies: {audience} is unknown or allows no offline access, and gets no tokens.");
            }
        }

        return warnings;
    }

    private static ManagementAnswer? CheckPrecondition(ManagementRequest request, string tag)
    {
        var header = request.Http.Headers.IfMatch;
        return header.Count == 0 ? null
            : !EntityTagHeaderValue.TryParseStrictList(header, out var known) ? ManagementAnswer.IfMatchMalformed
            : known.Any(value => value.Equals(EntityTagHeaderValue.Any) || value.Compare(new EntityTagHeaderValue(tag), useStrongComparison: true)) ? null
            : ManagementAnswer.Changed;
    }
}
