using static OpenIddict.Server.OpenIddictServerEvents;

namespace RefreshTokenRotation.OpenIddict.Internal;

/// <summary>Lifetimes are the family's: the entry knows none that an exchange renews.</summary>
internal sealed class ApplyFamilyLifetime : IOpenIddictServerHandler<ValidateTokenContext>
{
    public ValueTask HandleAsync(ValidateTokenContext context)
    {
        if (context.Principal is { } principal && PresentedFamily.Of(context.Transaction) is { IsDraft: false } presented
            && ReferenceEquals(presented.Validation, context))
        {
            var family = presented.Family;
            principal.SetCreationDate(family.RotatedAt ?? family.CreatedAt);
            principal.SetExpirationDate(family.IdleExpiresAt ?? family.AbsoluteExpiresAt); // idle never passes absolute
            presented.Claims = PrincipalClaims.Read(principal);
        }

        return ValueTask.CompletedTask;
    }
}
