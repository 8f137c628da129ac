using System.Reflection;
using RefreshTokenRotation.AspNetCore;
using RefreshTokenRotation.Client;
using RefreshTokenRotation.EntityFrameworkCore;
using RefreshTokenRotation.Identity;
using RefreshTokenRotation.Jwt;
using RefreshTokenRotation.OpenIddict;
using RefreshTokenRotation.PostgreSql;
using RefreshTokenRotation.Redis;
using RefreshTokenRotation.Sqlite;
using RefreshTokenRotation.Testing;

namespace RefreshTokenRotation.Tests.HouseRules;

/// <summary>Every library that is packed.</summary>
internal static class Libraries
{
    public static readonly Assembly[] All =
    [
        typeof(IRefreshTokenService).Assembly,
        typeof(FaultingTokenStore).Assembly,
        typeof(PostgreSqlStoreOptions).Assembly,
        typeof(RedisStoreOptions).Assembly,
        typeof(SqliteStoreOptions).Assembly,
        typeof(EntityFrameworkCoreStoreOptions).Assembly,
        typeof(IdentityRotationOptions).Assembly,
        typeof(JwtAccessTokenIssuer).Assembly,
        typeof(OpenIddictRotationOptions).Assembly,
        typeof(RefreshTokenEndpointOptions).Assembly,
        typeof(RefreshTokenClient).Assembly,
    ];
}
