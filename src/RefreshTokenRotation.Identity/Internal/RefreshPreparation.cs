using System.Buffers;
using System.Text.Json;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.AspNetCore.Identity.Data;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace RefreshTokenRotation.Identity.Internal;

/// <summary>Finds the family of a presented token, and asks whether its user may go on, before the endpoint runs; ends
/// the family if the endpoint says that they may not. Nothing is consumed here.</summary>
internal sealed class RefreshPreparation(
    IRefreshTokenService tokens,
    ITokenFamilyManager families,
    Tenants tenants,
    UserKinds kinds,
    IOptions<JsonOptions> json,
    ILogger<RefreshPreparation> logger)
{
    private const int MaxBodyLength = 65_536;

    public async Task InvokeAsync(HttpContext context, UserGate gate, RequestDelegate next)
    {
        if (context.Request.HasJsonContentType())
        {
            if (await ReadBodyAsync(context.Request, context.RequestAborted).ConfigureAwait(false) is not { } body)
            {
                // No token is as long as this.
                await context.ChallengeAsync(IdentityConstants.BearerScheme).ConfigureAwait(false);
                return;
            }

            if (ReadToken(body) is { } token)
            {
                RefreshAttempt attempt;
                try
                {
                    attempt = await PrepareAsync(token, gate, context.RequestAborted).ConfigureAwait(false);
                }
                catch (Exception fault) when (!context.RequestAborted.IsCancellationRequested)
                {
                    logger.RefreshUnavailable(fault);
                    Outage.Answer(context);
                    return;
                }

                context.Features.Set(attempt);
                await next(context).ConfigureAwait(false);
                await EndRefusedAsync(context, attempt).ConfigureAwait(false);
                return;
            }
        }

        await next(context).ConfigureAwait(false);
    }

    /// <summary>Ends the family of a user who may not go on, or the token that was not adopted yet. The rejection has been written, but not sent, so that an outage can still be reported.</summary>
    private async Task EndRefusedAsync(HttpContext context, RefreshAttempt attempt)
    {
        if (attempt is not { IsRead: true, IsRefused: true, Family: { } family })
        {
            return;
        }

        try
        {
            if (family.Version == 0)
            {
                var request = new RevokeRequest { RefreshToken = attempt.Token, ClientId = family.ClientId, TenantId = family.TenantId };
                await tokens.RevokeAsync(request, CancellationToken.None).ConfigureAwait(false);
            }

            await families.RevokeAsync(TokenFamilyFilter.ForFamily(family.FamilyId) with { TenantId = family.TenantId }, attempt.Reason).ConfigureAwait(false);
            logger.UserRefused(family.FamilyId, attempt.Reason);
        }
        catch (RefreshTokenUnavailableException fault) when (!context.Response.HasStarted)
        {
            logger.StoreUnavailable(fault);
            context.Response.Headers.Remove(HeaderNames.WWWAuthenticate);
            Outage.Answer(context);
        }
    }

    private async Task<RefreshAttempt> PrepareAsync(string token, UserGate gate, CancellationToken cancellationToken)
    {
        var family = await families.FindByTokenAsync(token, tenants.Current, cancellationToken).ConfigureAwait(false);
        if (family?.ClientId != kinds.Client)
        {
            return new RefreshAttempt(token);
        }

        var (principal, reason) = await gate.CheckAsync(family).ConfigureAwait(false);
        return new RefreshAttempt(token) { Family = family, Principal = principal, Reason = reason, IsRefused = principal is null };
    }

    /// <summary>Reads the body, and puts a copy in its place for the endpoint; null if it is too long.</summary>
    private static async Task<byte[]?> ReadBodyAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        if (request.ContentLength > MaxBodyLength)
        {
            return null;
        }

        var read = await request.BodyReader.ReadAtLeastAsync(MaxBodyLength + 1, cancellationToken).ConfigureAwait(false);
        var body = read.Buffer.Length > MaxBodyLength ? null : read.Buffer.ToArray();
        request.BodyReader.AdvanceTo(read.Buffer.End);
        request.Body = body is null ? request.Body : new MemoryStream(body, writable: false);
        return body;
    }

    /// <summary>The token; null if the endpoint will refuse the body anyway.</summary>
    private string? ReadToken(byte[] body)
    {
        try
        {
            return JsonSerializer.Deserialize<RefreshRequest>(body, json.Value.SerializerOptions)?.RefreshToken;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
