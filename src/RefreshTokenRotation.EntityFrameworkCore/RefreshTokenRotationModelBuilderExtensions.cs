using RefreshTokenRotation.EntityFrameworkCore;

namespace Microsoft.EntityFrameworkCore;

/// <summary>Adds the tables of refresh token rotation to a model.</summary>
public static class RefreshTokenRotationModelBuilderExtensions
{
    /// <summary>Adds the tables of the store that <c>UseEntityFrameworkCore</c> chooses. Call it in <see cref="DbContext.OnModelCreating"/>, and add a migration.</summary>
    /// <param name="modelBuilder">The model builder of the host's context.</param>
    /// <param name="configure">Sets names. Default: three tables in the model's own schema.</param>
    /// <exception cref="ArgumentNullException"><paramref name="modelBuilder"/> is null.</exception>
    /// <exception cref="ArgumentException">A name is empty.</exception>
    public static ModelBuilder AddRefreshTokenRotation(
        this ModelBuilder modelBuilder, Action<RefreshTokenRotationModelOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(modelBuilder);
        var options = new RefreshTokenRotationModelOptions();
        configure?.Invoke(options);
        RequireName(options.FamiliesTable, nameof(options.FamiliesTable));
        RequireName(options.PoliciesTable, nameof(options.PoliciesTable));
        RequireName(options.LocksTable, nameof(options.LocksTable));
        if (options.ReplaysTable is not null)
        {
            RequireName(options.ReplaysTable, nameof(options.ReplaysTable));
        }

        new RowTypes(options).AddTo(modelBuilder);
        return modelBuilder;
    }

    private static void RequireName(string? name, string option)
    {
        if (string.IsNullOrWhiteSpace(name))
        {
            throw new ArgumentException($"{option} ('{name}') must not be empty.", option);
        }
    }
}
