using System.Reflection;
using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.Tests.HouseRules;

/// <summary>The public surface changes on purpose only.</summary>
[TestFixture]
internal sealed class PublicApiTests
{
    private const string Update = "UPDATE_PUBLIC_API";

    [TestCaseSource(typeof(Libraries), nameof(Libraries.All))]
    public async Task Public_api_is_the_one_of_the_baseline(Assembly library)
    {
        var baseline = Repository.PathOf("tests", "RefreshTokenRotation.Tests", "HouseRules", "PublicApi", $"{library.GetName().Name}.txt");
        var actual = PublicApiText.Render(library);
        if (Environment.GetEnvironmentVariable(Update) == "1")
        {
            await File.WriteAllTextAsync(baseline, actual);
        }

        var expected = (await File.ReadAllTextAsync(baseline)).ReplaceLineEndings("\n");
        var (was, now) = (expected.Split('\n'), actual.Split('\n'));
        var changes = was.Except(now).Select(line => $"- {line.Trim()}").Concat(now.Except(was).Select(line => $"+ {line.Trim()}"));

        actual.Should().Be(
            expected,
            "the public API changes on purpose only. If it should, run the tests once with the environment variable {0}=1 and commit the file that changes. Changed:\n{1}",
            Update,
            string.Join('\n', changes));
    }
}
