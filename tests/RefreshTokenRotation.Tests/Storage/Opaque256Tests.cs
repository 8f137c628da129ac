using System.Text.Json;
using RefreshTokenRotation.Storage;

namespace RefreshTokenRotation.Tests.Storage;

[TestFixture]
internal sealed class Opaque256Tests
{
    private static readonly byte[] Bytes = [.. Enumerable.Range(1, 32).Select(i => (byte)(i * 7))];

    [Test]
    public void Bytes_come_out_as_they_went_in()
    {
        var value = new Opaque256(Bytes);
        var copy = new byte[40];
        value.CopyTo(copy);

        value.ToArray().Should().Equal(Bytes);
        copy[..32].Should().Equal(Bytes);
        copy[32..].Should().OnlyContain(b => b == 0);
    }

    [TestCase(0)]
    [TestCase(31)]
    [TestCase(33)]
    public void Other_length_than_32_throws_and_names_both(int length)
    {
        var create = () => new Opaque256(new byte[length]);

        create.Should().Throw<ArgumentException>().WithMessage($"{length} bytes; exactly 32*");
    }

    [Test]
    public void Destination_that_is_too_short_throws()
    {
        var copy = () => new Opaque256(Bytes).CopyTo(new byte[31]);

        copy.Should().Throw<ArgumentException>();
    }

    [Test]
    public void Values_that_differ_in_any_one_bit_differ()
    {
        var value = new Opaque256(Bytes);
        value.Equals((object)new Opaque256(Bytes)).Should().BeTrue();
        (value == new Opaque256(Bytes)).Should().BeTrue();
        value.GetHashCode().Should().Be(new Opaque256(Bytes).GetHashCode());
        for (var bit = 0; bit < 256; bit++)
        {
            var other = (byte[])Bytes.Clone();
            other[bit / 8] ^= (byte)(1 << (bit % 8));

            (value != new Opaque256(other)).Should().BeTrue($"bit {bit}");
            value.Equals((object)new Opaque256(other)).Should().BeFalse($"bit {bit}");
        }

        value.Equals("text").Should().BeFalse();
    }

    [Test]
    public void Text_and_json_show_nothing()
    {
        var value = new Opaque256(Bytes);

        $"{value}".Should().Be("[redacted]");
        string.Format(System.Globalization.CultureInfo.InvariantCulture, "{0}", value).Should().Be("[redacted]");
        JsonSerializer.Serialize(value).Should().Be("{}");
    }
}
