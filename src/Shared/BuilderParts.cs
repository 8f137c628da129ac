using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace RefreshTokenRotation;

/// <summary>How the builder's <c>Use…()</c> and <c>Add…()</c> methods register a part of the host's own.</summary>
internal static class BuilderParts
{
    /// <summary>Replaces a part, as a singleton. The last choice wins.</summary>
    public static RefreshTokenRotationBuilder UsePart<TPart, [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TChoice>(
        this RefreshTokenRotationBuilder builder)
        where TPart : class
        where TChoice : class, TPart
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.Replace(ServiceDescriptor.Singleton<TPart, TChoice>());
        return builder;
    }

    /// <summary>Adds a part beside the others, once.</summary>
    public static RefreshTokenRotationBuilder AddPart<TPart, [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TAddition>(
        this RefreshTokenRotationBuilder builder, ServiceLifetime lifetime = ServiceLifetime.Singleton)
        where TPart : class
        where TAddition : class, TPart
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.TryAddEnumerable(ServiceDescriptor.Describe(typeof(TPart), typeof(TAddition), lifetime));
        return builder;
    }
}
