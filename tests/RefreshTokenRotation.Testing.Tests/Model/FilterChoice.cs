using RefreshTokenRotation.Testing.Tests.Support;

namespace RefreshTokenRotation.Testing.Tests.Model;

/// <summary>Which families are listed or ended.</summary>
internal sealed record FilterChoice(int Shape, int Tenant, int Which, int Extra)
{
    public const int Shapes = 7;

    public TokenFamilyFilter Make(Comparison world)
    {
        var started = world.Started.Count == 0 ? Guid.Empty : world.Started.At(Which).Id;
        var filter = (Shape % Shapes) switch
        {
            0 => TokenFamilyFilter.ForFamily(started),
            1 => TokenFamilyFilter.ForUser(Catalog.Users.At(Which), started),
            2 => TokenFamilyFilter.ForUserAndClient(Catalog.Users.At(Which), Catalog.Clients.At(Which + Extra)),
            3 => TokenFamilyFilter.ForClient(Catalog.Clients.At(Which)),
            4 => TokenFamilyFilter.ForSession(Catalog.Sessions.At(Which)),
            5 => TokenFamilyFilter.ForGrant(Catalog.Users.At(Which), Catalog.Clients.At(Which), Extra == 0 ? TokenFamilyFilter.NoResource : "urn:a"),
            _ => TokenFamilyFilter.ForTenant(Catalog.Tenants.At(Tenant)),
        };
        filter = filter with { TenantId = Catalog.Tenants.At(Tenant) };
        return Extra switch
        {
            1 => filter with { State = FamilyState.Active },
            2 => filter with { State = FamilyState.Revoked },
            3 => filter with { State = FamilyState.Expired },
            4 => filter with { RotationType = RotationType.NonRotating },
            5 => filter with { RotationType = RotationType.Rotating },
            6 => filter with { CreatedNoLaterThan = world.Subject.Now - TimeSpan.FromSeconds(5) },
            _ => filter,
        };
    }
}
