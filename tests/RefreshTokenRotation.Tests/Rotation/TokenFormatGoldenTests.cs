using RefreshTokenRotation.Rotation;

namespace RefreshTokenRotation.Tests.Rotation;

/// <summary>The format is frozen: these tokens stay valid for ever. They are checked by arithmetic of the test's own, bit by bit.</summary>
[TestFixture]
internal sealed class TokenFormatGoldenTests
{
    private const string Zeros = "rtr_AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAzdMhN";
    private const string Counting = "x.AQECAwQAAQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eH_Dx8vP09fb3-Pn6-_z9_v--ES4r";
    private const string Ones = "~Af____________________________________________________________________-sCrZ7";

    private static IEnumerable<TestCaseData> Golden()
    {
        yield return new TestCaseData("rtr_", 0u, Bytes(32, _ => 0), Bytes(16, _ => 0), Zeros);
        yield return new TestCaseData("x.", 0x01020304u, Bytes(32, i => i), Bytes(16, i => 0xF0 + i), Counting);
        yield return new TestCaseData("~", uint.MaxValue, Bytes(32, _ => 0xFF), Bytes(16, _ => 0xFF), Ones);
    }

    [TestCaseSource(nameof(Golden))]
    public void Token_of_fixed_bytes_is_the_frozen_one(string prefix, uint generation, byte[] secret, byte[] selector, string expected)
    {
        TokenFormat.Create(prefix, generation, secret, selector).Should().Be(expected);
        expected.Should().HaveLength(prefix.Length + 76);
    }

    [TestCaseSource(nameof(Golden))]
    public void Frozen_token_agrees_with_plain_arithmetic(string prefix, uint generation, byte[] secret, byte[] selector, string expected)
    {
        byte[] body = [1, (byte)(generation >> 24), (byte)(generation >> 16), (byte)(generation >> 8), (byte)generation, .. secret, .. selector];
        var crc = Crc32C(body);
        byte[] all = [.. body, (byte)(crc >> 24), (byte)(crc >> 16), (byte)(crc >> 8), (byte)crc];

        (prefix + Convert.ToBase64String(all).Replace('+', '-').Replace('/', '_')).Should().Be(expected);
    }

    [TestCaseSource(nameof(Golden))]
    public void Frozen_token_is_read_back(string prefix, uint generation, byte[] secret, byte[] selector, string token)
    {
        var (readSecret, readSelector) = (new byte[32], new byte[16]);

        TokenFormat.TryParse(token, [prefix], out var read, readSecret, readSelector).Should().BeTrue();

        read.Should().Be(generation);
        readSecret.Should().Equal(secret);
        readSelector.Should().Equal(selector);
    }

    [Test]
    public void Arithmetic_of_this_test_gives_the_published_check_value()
    {
        Crc32C("123456789"u8.ToArray()).Should().Be(0xE3069283, "that is CRC-32C's check value");
    }

    [Test]
    public void Random_tokens_agree_with_plain_arithmetic_and_are_read_back()
    {
        const int Seed = 99;
        var random = new Random(Seed);
        for (var i = 0; i < 500; i++)
        {
            var (secret, selector, generation) = (new byte[32], new byte[16], (uint)random.NextInt64(uint.MaxValue + 1L));
            random.NextBytes(secret);
            random.NextBytes(selector);

            var token = TokenFormat.Create("rtr_", generation, secret, selector);

            Frozen_token_agrees_with_plain_arithmetic("rtr_", generation, secret, selector, token);
            Frozen_token_is_read_back("rtr_", generation, secret, selector, token);
        }
    }

    [TestCase(-1)]
    [TestCase(uint.MaxValue + 1L)]
    public void Generation_beyond_32_bits_is_never_wrapped(long generation)
    {
        var create = () => TokenFormat.Create("rtr_", generation, new byte[32], new byte[16]);

        create.Should().Throw<OverflowException>();
    }

    internal static uint Crc32C(byte[] bytes)
    {
        var crc = uint.MaxValue;
        foreach (var b in bytes)
        {
            crc ^= b;
            for (var bit = 0; bit < 8; bit++)
            {
                crc = (crc & 1) == 0 ? crc >> 1 : (crc >> 1) ^ 0x82F63B78;
            }
        }

        return ~crc;
    }

    private static byte[] Bytes(int count, Func<int, int> value) => [.. Enumerable.Range(0, count).Select(i => (byte)value(i))];
}
