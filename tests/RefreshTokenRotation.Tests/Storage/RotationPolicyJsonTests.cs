using RefreshTokenRotation.Storage;
using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.Tests.Storage;

[Parallelizable(ParallelScope.All)]
public sealed class RotationPolicyJsonTests
{
    [TestCase(ReuseResponse.Family)]
    [TestCase(ReuseResponse.User)]
    [TestCase(ReuseResponse.Grant)]
    public void Policy_of_each_response_and_of_the_defaults_comes_back(ReuseResponse response)
    {
        var policy = new RotationPolicy { ReuseResponse = response };

        RotationPolicyJson.Read(RotationPolicyJson.Write(policy)).Should().BeEquivalentTo(policy);
    }

    /// <summary>What databases hold. A change of this text needs a new version of the form that reads the old one too.</summary>
    [Test]
    public void Policy_form_is_frozen()
    {
        const string Golden =
            """
            {"v":1,"rotation_type":"non-rotating","expiration_type":"non-expiring","absolute_lifetime":"1.02:03:04.0000005","idle_lifetime":"06:00:00","infinite_absolute_lifetime":true,"infinite_idle_lifetime":true,"leeway":"00:00:10","recovery_window":"1.00:00:00","shadow_mode":true,"active_cap":7,"reuse_response":"user_and_client","multi_resource":[{"resource":"https://api \u20AC","scopes":["a","b"]},{"resource":"r","scopes":[]}]}
            """;

        RotationPolicyJson.Write(FullPolicy.Value).Should().Be(Golden);
        RotationPolicyJson.Read(Golden).Should().BeEquivalentTo(FullPolicy.Value);
    }

    /// <summary>Leeway over several generations is a new version: a node that does not know it must not go on with one.</summary>
    [Test]
    public void Policy_form_with_generations_is_frozen()
    {
        const string Golden =
            """
            {"v":2,"rotation_type":"rotating","expiration_type":"expiring","absolute_lifetime":"30.00:00:00","idle_lifetime":"15.00:00:00","infinite_absolute_lifetime":false,"infinite_idle_lifetime":false,"leeway":"01:00:00","recovery_window":"00:00:00","shadow_mode":false,"active_cap":20,"reuse_response":"family","multi_resource":[],"leeway_generations":32}
            """;

        RotationPolicyJson.Write(RotationPolicy.Agents).Should().Be(Golden);
        RotationPolicyJson.Read(Golden).Should().BeEquivalentTo(RotationPolicy.Agents);
    }

    [TestCase("\"v\":1", "\"v\":3", "*version 3*reads 1 and 2*")]
    [TestCase("\"user_and_client\"", "\"planet\"", "*'planet' as reuse_response*")]
    public void Policy_that_this_version_does_not_know_is_not_guessed_at(string known, string unknown, string message)
    {
        var stored = RotationPolicyJson.Write(FullPolicy.Value).Replace(known, unknown, StringComparison.Ordinal);

        FluentActions.Invoking(() => RotationPolicyJson.Read(stored)).Should().Throw<NotSupportedException>().WithMessage(message);
    }
}
