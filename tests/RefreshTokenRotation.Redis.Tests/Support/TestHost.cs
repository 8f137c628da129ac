using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace RefreshTokenRotation.Redis.Tests.Support;

/// <summary>Hosts whose start is what a test looks at.</summary>
internal static class TestHost
{
    public static IHost Create(Action<IServiceCollection> register)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        register(builder.Services);
        return builder.Build();
    }

    /// <summary>Requires that a start fails with a message.</summary>
    public static async Task FailsAsync(Func<Task> start, string message) =>
        (await FluentActions.Awaiting(start).Should().ThrowAsync<InvalidOperationException>()).WithMessage(message);
}
