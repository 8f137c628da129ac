using System.Buffers.Text;
using System.Globalization;
using System.Text;
using RefreshTokenRotation.Jwt.Tests.Support;

namespace RefreshTokenRotation.Jwt.Tests;

/// <summary>What strangers send: never an exception, and never a token.</summary>
[TestFixture]
internal sealed class ReadFuzzTests
{
    private const int DefaultSeed = 20_260_101;
    private const int Rounds = 1000;

    private static readonly string Deep = string.Concat(Enumerable.Repeat("[", 10_000)) + string.Concat(Enumerable.Repeat("]", 10_000));

    [Test]
    public async Task Garbage_is_no_token()
    {
        await using var issuing = new Issuing(keys: [Keys.Ec]);
        var good = (await issuing.IssueAsync()).Value;
        var parts = good.Split('.');
        string[] garbage =
        [
            string.Empty, " ", ".", "..", "...", "....", "a.b.c", "\0", "null", "日本.日本.日本", "\ud800.\ud800.\ud800",
            new string('a', 100_000), new string('.', 100_000), $"{parts[0]}.{new string('a', 100_000)}.{parts[2]}",
            $"{parts[0]}.{parts[1]}", $"{parts[0]}.{parts[1]}.", $"{parts[0]}..{parts[2]}", $".{parts[1]}.{parts[2]}", $"{good}.", $".{good}",
            $"{good} ", $" {good}", $"{good}=", $"{good}\n", $"{parts[0]}=.{parts[1]}.{parts[2]}", $"{good}.a.b", $"Bearer {good}",
            $"{parts[0]}.{parts[1]}.\ud800", $"{parts[0]}.日本.{parts[2]}", $"{parts[0]}.{parts[1]}.{parts[2]}{parts[2]}",
            $"{parts[0]}.{Segment(Deep)}.{parts[2]}", $"{parts[0]}.{Segment("{\"a\":" + Deep + "}")}.{parts[2]}",
            $"{parts[0]}.{Segment("{")}.{parts[2]}", $"{parts[0]}.{Segment("[]")}.{parts[2]}", $"{parts[0]}.{Segment("{\"exp\":1e999}")}.{parts[2]}",
            $"{Segment("{\"alg\":\"RSA-OAEP\",\"enc\":\"A256GCM\"}")}.{parts[1]}.{parts[1]}.{parts[1]}.{parts[2]}",
            $"{Segment("{\"alg\":\"none\"}")}.{parts[1]}.", $"{Segment("{\"alg\":\"none\",\"typ\":\"at+jwt\"}")}.{parts[1]}.{parts[2]}",
        ];

        foreach (var text in garbage)
        {
            (await issuing.ValidateAsync(text)).Should().BeNull(text.Length > 200 ? $"{text.Length} characters" : $"'{text}'");
        }

        (await issuing.ValidateAsync(good)).Should().NotBeNull();
    }

    [Test]
    public async Task Token_changed_anywhere_is_refused([Values] SigningAlgorithm algorithm)
    {
        var seed = int.TryParse(Environment.GetEnvironmentVariable("FUZZ_SEED"), CultureInfo.InvariantCulture, out var given) ? given : DefaultSeed;
        var random = new Random(seed);
        await using var issuing = new Issuing(keys: [Keys.Of(algorithm)]);
        var good = (await issuing.IssueAsync()).Value;
        for (var i = 0; i < Rounds; i++)
        {
            var changed = Change(random, good);
            if (changed == good)
            {
                continue;
            }

            (await issuing.Awaiting(it => it.ValidateAsync(changed)).Should().NotThrowAsync("seed {0}, round {1}: {2}", seed, i, changed))
                .Which.Should().BeNull("seed {0}, round {1}: {2}", seed, i, changed);
        }
    }

    [Test]
    public async Task Token_has_one_spelling_only([Values] SigningAlgorithm algorithm)
    {
        const string Base64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        await using var issuing = new Issuing(keys: [Keys.Of(algorithm)]);
        var good = (await issuing.IssueAsync()).Value;
        var accepted = 0;

        foreach (var last in Base64)
        {
            accepted += await issuing.ValidateAsync(good[..^1] + last) is null ? 0 : 1;
        }

        accepted.Should().Be(1, "the spare bits of the last character are zero");
    }

    private static string Change(Random random, string good)
    {
        const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.=+/ é😀";
        var text = new StringBuilder(good);
        for (var edits = random.Next(1, 4); edits > 0; edits--)
        {
            var at = random.Next(text.Length);
            switch (random.Next(4))
            {
                case 0:
                    text[at] = Alphabet[random.Next(Alphabet.Length)];
                    break;
                case 1:
                    text.Remove(at, Math.Min(random.Next(1, 40), text.Length - at - 1));
                    break;
                case 2:
                    text.Insert(at, Alphabet[random.Next(Alphabet.Length)]);
                    break;
                default:
                    text.Insert(at, text.ToString(at, Math.Min(random.Next(1, 200), text.Length - at)));
                    break;
            }
        }

        return text.ToString();
    }

    private static string Segment(string json) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(json));
}
