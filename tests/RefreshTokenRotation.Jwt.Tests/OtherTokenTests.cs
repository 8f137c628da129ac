using System.Text;
using RefreshTokenRotation.Jwt.Tests.Support;

namespace RefreshTokenRotation.Jwt.Tests;

/// <summary>JWTs of other types, by the key that signs access tokens.</summary>
[TestFixture]
internal sealed class OtherTokenTests
{
    [Test]
    public async Task Token_of_another_type_is_signed_and_is_no_access_token()
    {
        await using var issuing = new Issuing();
        var payload = Encoding.UTF8.GetBytes("""{"iss":"https://issuer.example/","sub":"alice","aud":"https://issuer.example/","exp":99999999999}""");

        var token = await issuing.Tokens.SignAsync("secevent+jwt", payload, CancellationToken.None);

        var read = new ReadToken(token);
        read.Header.GetProperty("typ").GetString().Should().Be("secevent+jwt");
        read.Header.GetProperty("kid").GetString().Should().Be(Keys.Ec.KeyId);
        read["sub"].Should().Be("alice");
        read.IsSignedByKeyOf(await issuing.KeySetAsync()).Should().BeTrue();
        (await issuing.ValidateAsync(token)).Should().BeNull("its type is not at+jwt");
    }

    [TestCase("at+jwt")]
    [TestCase("AT+JWT")]
    [TestCase("JWT")]
    [TestCase("jwt")]
    [TestCase("")]
    [TestCase("a\"b")]
    [TestCase("application/at+jwt")]
    public async Task Type_of_an_access_or_id_token_is_refused(string type)
    {
        await using var issuing = new Issuing();

        await issuing.Awaiting(it => it.Tokens.SignAsync(type, "{}"u8.ToArray(), CancellationToken.None).AsTask()).Should().ThrowAsync<ArgumentException>();
    }
}
