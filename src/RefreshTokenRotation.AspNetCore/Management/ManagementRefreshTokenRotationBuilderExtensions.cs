using System.Diagnostics.CodeAnalysis;
using RefreshTokenRotation;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Chooses where changes through the management endpoints are kept.</summary>
public static class ManagementRefreshTokenRotationBuilderExtensions
{
    /// <summary>Gives every change to the host's own audit, as a singleton, and not to the log. The last choice wins.</summary>
    /// <typeparam name="TAudit">The audit.</typeparam>
    /// <param name="builder">The builder.</param>
    /// <returns>The builder.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="builder"/> is null.</exception>
    public static RefreshTokenRotationBuilder UseManagementAudit<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TAudit>(
        this RefreshTokenRotationBuilder builder)
        where TAudit : class, IManagementAudit =>
        builder.UsePart<IManagementAudit, TAudit>();
}
