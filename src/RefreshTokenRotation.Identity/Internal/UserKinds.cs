using System.Reflection;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;

namespace RefreshTokenRotation.Identity.Internal;

/// <summary>A host may map the endpoints of several kinds of users, and their ids may coincide. Each kind has a client of its own, so that a token or a session of one kind
/// is never another's.</summary>
internal sealed class UserKinds(IOptions<IdentityRotationOptions> options, IHttpContextAccessor accessor)
{
    /// <summary>The client of the current request.</summary>
    public string Client => ClientOf(Of(accessor.HttpContext?.GetEndpoint()));

    /// <summary>The client of a kind of users; null means the one that rotation was added for.</summary>
    /// <remarks>The full name of a generic type has the versions of assemblies in it: clients would change with the runtime. Its text has none.</remarks>
    public string ClientOf(Type? user) =>
        user is null || user == options.Value.UserType ? options.Value.ClientId : $"{options.Value.ClientId}:{user}";

    /// <summary>The class of the users that an endpoint is mapped for; null if the endpoint is not Identity's.</summary>
    public static Type? Of(Endpoint? endpoint) =>
        endpoint?.Metadata.GetMetadata<Mapped>()?.User
        ?? (IsOfIdentity(endpoint) && endpoint?.Metadata.GetMetadata<MethodInfo>()?.DeclaringType?.GenericTypeArguments is [var user] ? user : null);

    /// <summary>Whether the endpoint's handler is one of <c>MapIdentityApi</c>.</summary>
    public static bool IsOfIdentity(Endpoint? endpoint)
    {
        var type = endpoint?.Metadata.GetMetadata<MethodInfo>()?.DeclaringType;
        while (type?.DeclaringType is { } outer)
        {
            type = outer;
        }

        return type == typeof(IdentityApiEndpointRouteBuilderExtensions);
    }

    /// <summary>What <c>MapIdentitySessions</c> says of its endpoints.</summary>
    internal sealed record Mapped(Type User);
}
