using System.Security.Claims;
using RefreshTokenRotation;
using RefreshTokenRotation.AspNetCore.Management;

namespace AuthorizationServer.Admin;

/// <summary>Ends everything of a client that began up to an instant: after the client's own tokens leaked, for instance. A preview counts first.</summary>
internal sealed class ClientRevocation(ITokenFamilyManager families, AdminAudit audit, TimeProvider time)
{
    /// <summary>The preview counts no further.</summary>
    public const int Bound = 10_000;

    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapPost("/admin/revocation/preview", (ClaimsPrincipal user, ClientRevocationRequest request, ClientRevocation page, CancellationToken token) =>
            page.RunAsync(user, request, page.CountAsync, token)).RequireAuthorization(AdminPolicies.Management);
        app.MapPost("/admin/revocation", (ClaimsPrincipal user, ClientRevocationRequest request, ClientRevocation page, CancellationToken token) =>
            page.RunAsync(user, request, (filter, _) => page.EndAsync(user, filter), token)).RequireAuthorization(AdminPolicies.Management);
        app.MapGet("/admin/audit", (AdminAudit audit) => TypedResults.Ok(audit.Last)).RequireAuthorization(AdminPolicies.Session);
    }

    private async Task<IResult> RunAsync(
        ClaimsPrincipal user, ClientRevocationRequest request, Func<TokenFamilyFilter, CancellationToken, Task<long>> run, CancellationToken cancellationToken)
    {
        if (user.FindFirstValue(SessionAuthentication.Permissions)?.Split(' ').Contains(ManagementScopes.DeleteRefreshTokens) != true)
        {
            return TypedResults.Json(new { message = "You may not end sessions." }, statusCode: StatusCodes.Status403Forbidden);
        }

        if (request is not { Client.Length: > 0, Until: { } until } || until > time.GetUtcNow())
        {
            return TypedResults.Json(new { message = "Choose a client, and a time that is not in the future." }, statusCode: StatusCodes.Status400BadRequest);
        }

        var filter = TokenFamilyFilter.ForClient(request.Client) with { CreatedNoLaterThan = until, State = FamilyState.Active };
        return TypedResults.Json(new { count = await run(filter, cancellationToken), bound = Bound });
    }

    private async Task<long> CountAsync(TokenFamilyFilter filter, CancellationToken cancellationToken)
    {
        var count = 0;
        TokenFamilyCursor? after = null;
        do
        {
            var page = await families.ListAsync(filter, after, 1000, cancellationToken);
            (count, after) = (count + page.Families.Count, page.Next);
        }
        while (after is not null && count < Bound);
        return count;
    }

    private async Task<long> EndAsync(ClaimsPrincipal user, TokenFamilyFilter filter)
    {
        var entry = new ManagementAuditEntry
        {
            Operation = ManagementOperation.RefreshTokensRevoked,
            OccurredAt = time.GetUtcNow(),
            Actor = user.FindFirstValue("sub"),
            ClientId = filter.ClientId,
        };
        try
        {
            var count = await families.RevokeAsync(filter, RevocationReason.Administrator, CancellationToken.None);
            await audit.RecordAsync(entry with { Succeeded = true, Count = count }, CancellationToken.None);
            return count;
        }
        catch
        {
            await audit.RecordAsync(entry, CancellationToken.None);
            throw;
        }
    }
}

/// <summary>What to end.</summary>
/// <param name="Client">The client.</param>
/// <param name="Until">Log-ins up to this instant.</param>
internal sealed record ClientRevocationRequest(string? Client, DateTimeOffset? Until);
