using System.Text.RegularExpressions;
using System.Xml.Linq;
using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.Tests.Packaging;

public sealed partial class PackageTests
{
    /// <summary>The README's code, with a store of its own.</summary>
    private const string Program =
        """
        using Microsoft.Extensions.DependencyInjection;
        using RefreshTokenRotation;
        using RefreshTokenRotation.Storage;
        using RefreshTokenRotation.Tests.Snippets;

        var services = new ServiceCollection();
        GettingStarted.Register(services);
        services.AddRefreshTokenRotation().UseTokenStore<DictionaryTokenStore>();
        await using var provider = services.BuildServiceProvider();
        var tokens = provider.GetRequiredService<IRefreshTokenService>();
        Console.WriteLine($"store {provider.GetRequiredService<ITokenStore>().GetType().Name}");

        var first = await GettingStarted.LogInAsync(tokens, "alice");
        var second = await GettingStarted.RefreshAsync(tokens, first);
        var third = await GettingStarted.RefreshAsync(tokens, second.RefreshToken!);
        Console.WriteLine($"rotated {second.Status} {third.Status}, different {new HashSet<string?> { first, second.RefreshToken, third.RefreshToken }.Count}");

        var replay = await GettingStarted.RefreshAsync(tokens, first);
        var victim = await GettingStarted.RefreshAsync(tokens, third.RefreshToken!);
        Console.WriteLine($"replay {replay.Status} {replay.Error}, current {victim.Status} {victim.Error}");

        var families = provider.GetRequiredService<ITokenFamilyManager>();
        var family = (await families.ListAsync(TokenFamilyFilter.ForUser("alice"))).Families.Single();
        Console.WriteLine($"generation {family.Generation}, revoked for {family.RevocationReason?.ToCode()}");
        """;

    /// <summary>What the program prints.</summary>
    private static readonly string[] Expected =
    [
        "store DictionaryTokenStore",
        "rotated 200 200, different 3",
        "replay 400 invalid_grant, current 400 invalid_grant",
        "generation 2, revoked for reuse_detected",
    ];

    private XElement _metadata = null!;

    private static PackedLibrary Library => Packages.Library;

    [OneTimeSetUp]
    public async Task ReadAsync()
    {
        using var package = Library.Open("nupkg");
        await using var nuspec = await package.GetEntry("RefreshTokenRotation.nuspec")!.OpenAsync();
        _metadata = Child(XElement.Load(nuspec), "metadata");
    }

    [Test]
    public void Package_packed_holds_the_library_its_documentation_and_the_readme()
    {
        using var package = Library.Open("nupkg");

        package.Entries.Select(entry => entry.FullName).Should().Contain(
            ["lib/net10.0/RefreshTokenRotation.dll", "lib/net10.0/RefreshTokenRotation.xml", "README.md", "icon.png"]);
    }

    [Test]
    public async Task Readme_packed_has_neither_HTML_nor_relative_links()
    {
        using var package = Library.Open("nupkg");
        using var reader = new StreamReader(await package.GetEntry("README.md")!.OpenAsync());
        var text = await reader.ReadToEndAsync();

        // Package galleries drop comments, show other HTML as text, and follow no link that is not absolute.
        var prose = InlineCode().Replace(Markdown.Prose(text), string.Empty);

        text.Should().StartWith("# RefreshTokenRotation\n").And.Be(await File.ReadAllTextAsync(Repository.PathOf("src", "RefreshTokenRotation", "README.md")));
        prose.Should().NotMatchRegex("<(?!!-- )[A-Za-z/!]", "there is no HTML but comments");
        prose.Should().NotMatchRegex(@"\]\((?!https://)", "links are absolute");
    }

    [Test]
    public async Task Pages_packed_link_only_to_files_of_the_package()
    {
        using var package = Library.Open("nupkg");
        var files = package.Entries.Select(entry => entry.FullName).ToHashSet(StringComparer.Ordinal);
        var pages = package.Entries.Where(entry => entry.FullName.StartsWith("docs/", StringComparison.Ordinal) && entry.Name.EndsWith(".md", StringComparison.Ordinal)).ToList();

        pages.Should().HaveCountGreaterThan(20);
        foreach (var page in pages)
        {
            using var reader = new StreamReader(await page.OpenAsync());
            var prose = InlineCode().Replace(Markdown.Prose(await reader.ReadToEndAsync()), string.Empty);
            var linked = Link().Matches(prose).Select(match => new Uri(new Uri("file:///docs/"), match.Groups["target"].Value))
                .Where(link => link.IsFile).Select(link => link.AbsolutePath[1..]);
            linked.Should().BeSubsetOf(files.Append("docs/"), "{0} is read without a repository", page.FullName);
        }
    }

    [Test]
    public void Package_packed_states_its_licence_readme_and_description()
    {
        Child(_metadata, "license").Value.Should().Be("MIT");
        Child(_metadata, "license").Attribute("type")!.Value.Should().Be("expression");
        Child(_metadata, "readme").Value.Should().Be("README.md");
        Child(_metadata, "icon").Value.Should().Be("icon.png");
        Child(_metadata, "tags").Value.Split(' ').Should().Contain("refresh-token");
        Child(_metadata, "authors").Value.Should().Be("RefreshTokenRotation contributors");
        Child(_metadata, "description").Value.Should().NotBe("Package Description");
    }

    [Test]
    public void Package_packed_depends_on_the_Microsoft_extensions_alone()
    {
        var group = Child(_metadata, "dependencies").Elements().Should().ContainSingle().Subject;

        group.Attribute("targetFramework")!.Value.Should().Be("net10.0");
        group.Elements().Select(dependency => dependency.Attribute("id")!.Value).Should()
            .NotBeEmpty().And.OnlyContain(id => id.StartsWith("Microsoft.Extensions.", StringComparison.Ordinal));
    }

    [Test]
    public void Symbol_package_packed_holds_the_symbols()
    {
        using var package = Library.Open("snupkg");

        package.Entries.Select(entry => entry.FullName).Should().Contain("lib/net10.0/RefreshTokenRotation.pdb");
    }

    [Test]
    public async Task Package_in_a_new_project_compiles_and_runs()
    {
        using var consumer = await CreateConsumerAsync();

        var output = await consumer.RunAsync();

        output.Trim().ReplaceLineEndings("\n").Split('\n').Should().Equal(Expected);
    }

    private static async Task<ConsumerProject> CreateConsumerAsync()
    {
        const string Container = "Microsoft.Extensions.DependencyInjection";
        var consumer = await ConsumerProject.CreateAsync(Library, (Container, Repository.PackageVersion(Container)));
        consumer.Write("GettingStarted.cs", SnippetFiles.Read("GettingStarted.cs"));
        consumer.Write("DictionaryTokenStore.cs", SnippetFiles.Read("DictionaryTokenStore.cs"));
        consumer.Write("Program.cs", Program);
        return consumer;
    }

    private static XElement Child(XElement parent, string name) => parent.Elements().Single(child => child.Name.LocalName == name);

    [GeneratedRegex(@"\]\((?<target>[^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex("`[^`\n]+`")]
    private static partial Regex InlineCode();
}
