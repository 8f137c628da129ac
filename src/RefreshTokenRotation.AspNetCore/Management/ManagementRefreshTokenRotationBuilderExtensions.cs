using System.Diagnostics.CodeAnalysis;
using RefreshTokenRotation;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Chooses where changes through the management endpoints are recorded.</summary>
public static class ManagementRefreshTokenRotationBuilderExtensions
{
    /// <summary>Reports every change to your own audit instead of the log, as a singleton. The last choice wins.</summary>
    /// <typeparam name="TAudit">The audit.</typeparam>
    /// <param name="builder">The builder.</param>
    /// <exception cref="ArgumentNullException"><paramref name="builder"/> is null.</exception>
    public static RefreshTokenRotationBuilder UseManagementAudit<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TAudit>(
        this RefreshTokenRotationBuilder builder)
        where TAudit : class, IManagementAudit =>
        builder.UsePart<IManagementAudit, TAudit>();
}
