using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using RefreshTokenRotation.EntityFrameworkCore.Tests.Support;

namespace RefreshTokenRotation.EntityFrameworkCore.Tests;

/// <summary>What a host says for all texts does not reach the store's columns, or the start says which column it has reached: one user is never
/// taken for another.</summary>
[TestFixture(true)]
[TestFixture(false)]
[Parallelizable(ParallelScope.All)]
internal sealed class HostSettingsTests(bool isPostgreSql)
{
    /// <summary>A collation without case, which the test creates on PostgreSQL.</summary>
    private string CaseBlind => isPostgreSql ? "ci" : "NOCASE";

    [Test]
    public async Task Collation_of_the_conventions_does_not_reach_the_columns()
    {
        await using var database = await OpenAsync(new Settings { Before = conventions => conventions.Properties<string>().UseCollation(CaseBlind) });
        using var host = database.Host();
        await host.StartAsync();
        var tokens = host.Services.GetRequiredService<IRefreshTokenService>();
        foreach (var user in new[] { "alice", "Alice", "ALICE" })
        {
            await tokens.IssueAsync(new IssueRequest { Subject = user, ClientId = "spa" });
        }

        var families = host.Services.GetRequiredService<ITokenFamilyManager>();
        var listed = await families.ListAsync(TokenFamilyFilter.ForUser("alice"));
        var revoked = await families.RevokeAsync(TokenFamilyFilter.ForUser("alice"));

        listed.Families.Should().ContainSingle().Which.Subject.Should().Be("alice");
        revoked.Should().Be(1);
        (await families.ListAsync(TokenFamilyFilter.ForUser("Alice"))).Families.Should().ContainSingle().Which.RevokedAt.Should().BeNull();
        await host.StopAsync();
    }

    [Test]
    public async Task Collation_that_is_set_later_stops_the_start_with_the_columns_name()
    {
        await using var database = await OpenAsync(new Settings { After = model => ForAllTexts(model, property => property.SetCollation(CaseBlind)) });
        using var host = database.Host();

        (await FluentActions.Awaiting(() => host.StartAsync()).Should().ThrowAsync<InvalidOperationException>())
            .WithMessage("*without case*RefreshTokenFamilies.TenantId, RefreshTokenFamilies.Subject, RefreshTokenFamilies.ClientId*Collation*");
        await database.RequireEmptyAsync();
    }

    [Test]
    public async Task Collation_that_the_tables_were_created_with_stops_the_start_whatever_the_model_says()
    {
        await using var database = await OpenAsync(new Settings { After = model => Of(model, "Subject").SetCollation(CaseBlind) });
        using var host = database.Host(new Settings());

        (await FluentActions.Awaiting(() => host.StartAsync()).Should().ThrowAsync<InvalidOperationException>())
            .WithMessage("*would be taken for another: RefreshTokenFamilies.Subject. *");
    }

    [Test]
    public async Task Tables_of_a_migration_at_the_start_are_tried_too()
    {
        await using var database = await OpenAsync(new Settings { After = model => Of(model, "ClientId").SetCollation(CaseBlind) }, isCreated: false);
        using var host = database.Host(configure: services => services.AddHostedService(_ => new AtStart(database.CreateAsync)));

        (await FluentActions.Awaiting(() => host.StartAsync()).Should().ThrowAsync<InvalidOperationException>())
            .WithMessage("*would be taken for another: RefreshTokenFamilies.ClientId. *");
    }

    [TestCase("type", "RefreshTokenFamilies.Subject has the column type citext")]
    [TestCase("converter", "RefreshTokenFamilies.Subject has a value converter*")]
    [TestCase("conversion", "RefreshTokenFamilies.Subject is converted to Byte[]")]
    [TestCase("length", "RefreshTokenFamilies.Subject has the length 7, not 255")]
    [TestCase("unbounded", "RefreshTokenFamilies.Subject has the length unbounded, not 255")]
    [TestCase("required", "RefreshTokenFamilies.SessionId is required")]
    [TestCase("not unicode", "RefreshTokenFamilies.Subject is not Unicode")]
    public async Task Setting_after_the_call_stops_the_start_with_the_columns_name(string setting, string message)
    {
        var settings = new Settings
        {
            After = model =>
            {
                foreach (var property in new[] { Of(model, "Subject"), Of(model, "SessionId") })
                {
                    Set(property, setting);
                }
            },
        };
        await using var database = await OpenAsync(settings, isCreated: false);
        using var host = database.Host();

        (await FluentActions.Awaiting(() => host.StartAsync()).Should().ThrowAsync<InvalidOperationException>())
            .WithMessage($"The model of SettingsDbContext changes columns of the refresh token store*{message}*or call it last.");
    }

    [Test]
    public async Task Conventions_for_all_texts_reach_nothing()
    {
        await using var database = await OpenAsync(new Settings
        {
            Before = conventions => conventions.Properties<string>().HaveMaxLength(3).AreUnicode(false).AreFixedLength()
                .HaveColumnType("char(3)").HaveConversion<LowerCase>().UseCollation(CaseBlind),
        });
        using var host = database.Host();
        await host.StartAsync();
        var tokens = host.Services.GetRequiredService<IRefreshTokenService>();
        var issued = await tokens.IssueAsync(new IssueRequest
        {
            Subject = "Zo\u00eb with a long name",
            ClientId = "SPA and more",
            Device = new DeviceInfo { Name = "Zo\u00eb\u2019s iPhone" },
        });

        var exchanged = await tokens.ExchangeAsync(new ExchangeRequest { RefreshToken = issued.RefreshToken, ClientId = "SPA and more" });

        var family = exchanged.Should().BeOfType<ExchangeResult.Succeeded>().Subject.Family;
        (family.Subject, family.FirstDevice!.Name).Should().Be(("Zo\u00eb with a long name", "Zo\u00eb\u2019s iPhone"));
        await host.StopAsync();
    }

    [Test]
    public async Task Trial_at_the_start_leaves_nothing_behind()
    {
        await using var database = await OpenAsync(new Settings());
        using var host = database.Host();

        await host.StartAsync();
        await host.StopAsync();

        await database.RequireEmptyAsync();
    }

    private Task<SettingsDatabase> OpenAsync(Settings settings, bool isCreated = true) => SettingsDatabase.OpenAsync(isPostgreSql, settings, isCreated);

    private static void Set(IMutableProperty property, string setting)
    {
        switch (setting)
        {
            case "type": property.SetColumnType("citext"); break;
            case "converter": property.SetValueConverter(new LowerCase()); break;
            case "conversion": property.SetProviderClrType(typeof(byte[])); break;
            case "length": property.SetMaxLength(7); break;
            case "unbounded": property.SetMaxLength(null); break;
            case "required": property.IsNullable = false; break;
            default: property.SetIsUnicode(false); break;
        }
    }

    private static IMutableProperty Of(ModelBuilder model, string name) =>
        model.Model.GetEntityTypes().Single(entity => entity.GetTableName() == "RefreshTokenFamilies").FindProperty(name)!;

    private static void ForAllTexts(ModelBuilder model, Action<IMutableProperty> set)
    {
        foreach (var property in model.Model.GetEntityTypes().SelectMany(entity => entity.GetProperties()).Where(property => property.ClrType == typeof(string)))
        {
            set(property);
        }
    }

    private sealed class LowerCase() : ValueConverter<string, string>(static text => text.ToLowerInvariant(), static text => text);

    private sealed class AtStart(Func<Task> work) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken) => work();

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
