using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.Tests.HouseRules;

/// <summary>The public surface changes on purpose only.</summary>
[TestFixture]
internal sealed class PublicApiTests
{
    private const string Update = "UPDATE_PUBLIC_API";

    private static readonly string Baseline = Repository.PathOf("tests", "RefreshTokenRotation.Tests", "HouseRules", "PublicApi.txt");

    [Test]
    public async Task Public_api_is_the_one_of_the_baseline()
    {
        var actual = PublicApiText.Render(typeof(IRefreshTokenService).Assembly);
        if (Environment.GetEnvironmentVariable(Update) == "1")
        {
            await File.WriteAllTextAsync(Baseline, actual);
        }

        var expected = (await File.ReadAllTextAsync(Baseline)).ReplaceLineEndings("\n");
        var (was, now) = (expected.Split('\n'), actual.Split('\n'));
        var changes = was.Except(now).Select(line => $"- {line.Trim()}").Concat(now.Except(was).Select(line => $"+ {line.Trim()}"));

        actual.Should().Be(
            expected,
            "the public API changes on purpose only. If it should, run the tests once with the environment variable {0}=1 and commit PublicApi.txt. Changed:\n{1}",
            Update,
            string.Join('\n', changes));
    }
}
