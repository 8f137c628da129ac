using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;

namespace RefreshTokenRotation.EntityFrameworkCore.Tests.Support;

/// <summary>A host's context with the settings of one test, before the call that adds the store's tables and after it.</summary>
internal sealed class SettingsDbContext(DbContextOptions<SettingsDbContext> options, Settings settings) : DbContext(options)
{
    public Settings Settings => settings;

    public static DbContextOptionsBuilder Use(DbContextOptionsBuilder options) => options.ReplaceService<IModelCacheKeyFactory, OneModelPerSettings>();

    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder) => settings.Before(configurationBuilder);

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.AddRefreshTokenRotation();
        settings.After(modelBuilder);
    }

    private sealed class OneModelPerSettings : IModelCacheKeyFactory
    {
        public object Create(DbContext context, bool designTime) => (((SettingsDbContext)context).Settings, designTime);
    }
}

/// <summary>What a host says for all entities.</summary>
internal sealed class Settings
{
    public Action<ModelConfigurationBuilder> Before { get; init; } = static _ => { };

    public Action<ModelBuilder> After { get; init; } = static _ => { };
}
