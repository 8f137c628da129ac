namespace RefreshTokenRotation.Tests.Support;

/// <summary>A console project outside the repository that uses a packed library as an app would.</summary>
internal sealed class ConsumerProject : IDisposable
{
    private static readonly Lazy<Task<string>> MachinePackages = new(static () => Dotnet.RunAsync(Repository.Root, "nuget", "locals", "global-packages", "--list"));

    private readonly TemporaryFolder _folder = new();

    private ConsumerProject()
    {
    }

    /// <summary>
    /// Creates the project. Our package lands in a package folder of the project's own, which goes away with it; every other
    /// package is read from the machine's.
    /// </summary>
    /// <param name="library">The library that the project references.</param>
    /// <param name="packages">Further packages, by id and version.</param>
    public static async Task<ConsumerProject> CreateAsync(PackedLibrary library, params (string Id, string Version)[] packages)
    {
        var machinePackages = await MachinePackages.Value;
        var consumer = new ConsumerProject();
        consumer.Write("Directory.Build.props", "<Project />");
        consumer.Write("Directory.Packages.props", "<Project />");
        consumer.Write("global.json", await File.ReadAllTextAsync(Repository.PathOf("global.json")));
        consumer.Write(
            "nuget.config",
            $"""
            <configuration>
              <packageSources>
                <add key="packed" value="{library.Source}" />
              </packageSources>
              <fallbackPackageFolders>
                <add key="machine" value="{machinePackages.Split(':', 2)[1].Trim()}" />
              </fallbackPackageFolders>
            </configuration>
            """);
        var references = packages.Prepend((library.Id, library.Version))
            .Select(package => $"""    <PackageReference Include="{package.Item1}" Version="{package.Item2}" />""");
        consumer.Write(
            "Consumer.csproj",
            $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>net10.0</TargetFramework>
                <Nullable>enable</Nullable>
                <ImplicitUsings>enable</ImplicitUsings>
                <TreatWarningsAsErrors>true</TreatWarningsAsErrors>
              </PropertyGroup>
              <ItemGroup>
            {string.Join('\n', references)}
              </ItemGroup>
            </Project>
            """);
        return consumer;
    }

    /// <summary>Writes a file, such as Program.cs, under the project's folder.</summary>
    public void Write(string path, string content) => _folder.Write(path, content);

    /// <summary>Restores, builds and runs the project.</summary>
    /// <returns>What it printed.</returns>
    public Task<string> RunAsync(params string[] arguments) =>
        DotnetAsync(["run", "--configuration", "Release", "--", .. arguments]);

    /// <summary>Runs any dotnet command in the project's folder.</summary>
    public Task<string> DotnetAsync(params string[] arguments) => Dotnet.RunAsync(
        _folder.Root, new Dictionary<string, string?> { ["NUGET_PACKAGES"] = _folder.PathOf("package-folder") }, arguments);

    public string PathOf(string path) => _folder.PathOf(path);

    public void Dispose() => _folder.Dispose();
}
