using CustomTokenStore.Store;
using RefreshTokenRotation;

namespace Microsoft.Extensions.DependencyInjection;

public static class JournalBuilderExtensions
{
    /// <summary>Keeps families in a journal, which is opened when the store is first used, and closed with the host.</summary>
    public static RefreshTokenRotationBuilder UseJournal(this RefreshTokenRotationBuilder builder, string path)
    {
        builder.Services.AddSingleton(new JournalOptions(path));
        return builder.UseTokenStore<JournalTokenStore>();
    }
}
