using RefreshTokenRotation.Rotation;
using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.Tests.Rotation;

/// <summary>What is no token is refused before any store call, and costs nothing.</summary>
[TestFixture]
internal sealed class TokenFormatTests
{
    private const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    private const string Others = "+/=. \t\r\n\0,%~\u007f\u0080é\u0141\u2028\uFF21\uD83D";

    private InterceptingStore _store = null!;
    private Engine _engine = null!;
    private string _token = null!;

    [SetUp]
    public async Task SetUp()
    {
        _store = new InterceptingStore();
        _engine = new Engine(RotationPolicy.Strict, _store);
        _token = (await _engine.IssueAsync()).RefreshToken.Reveal();
    }

    [TearDown]
    public void TearDown() => _engine.Dispose();

    [Test]
    public async Task Every_change_of_one_character_is_refused_without_a_store_call()
    {
        var calls = _store.Calls.Count;
        for (var at = 0; at < _token.Length; at++)
        {
            foreach (var c in Alphabet + Others)
            {
                if (c != _token[at])
                {
                    var changed = _token[..at] + c + _token[(at + 1)..];
                    (await _engine.FailAsync(changed)).Should().Be(RejectionReason.Unknown, $"character {(int)c} at {at}");
                }
            }
        }

        _store.Calls.Count.Should().Be(calls);
        (await _engine.SucceedAsync(_token)).Outcome.Should().Be(ExchangeOutcome.Rotated, "nothing was consumed");
    }

    [Test]
    public async Task Every_removal_insertion_and_swap_of_characters_is_refused_without_a_store_call()
    {
        var calls = _store.Calls.Count;
        for (var at = 0; at < _token.Length; at++)
        {
            await RefusedAsync(_token.Remove(at, 1));
            await RefusedAsync(_token.Insert(at, "A"));
            await RefusedAsync(_token.Insert(at, " "));
            await RefusedAsync(_token[..at]);
            if (at > 0 && _token[at] != _token[at - 1])
            {
                await RefusedAsync(_token[..(at - 1)] + _token[at] + _token[at - 1] + _token[(at + 1)..]);
            }
        }

        _store.Calls.Count.Should().Be(calls);
    }

    [Test]
    public async Task Other_forms_of_a_good_token_are_refused_without_a_store_call()
    {
        var calls = _store.Calls.Count;
        var body = _token["rtr_".Length..];
        string[] forms =
        [
            string.Empty, " ", "rtr_", _token + "=", _token + "==", _token + " ", " " + _token, _token + "\n", _token + "\0", _token + _token,
            body, "RTR_" + body, "rtr-" + body, "rtr_rtr_" + body, "xxx_" + body, "rtr_" + body[..^4] + "\r\n\r\n", "rtr_" + body[..^1] + "=",
            "rtr_" + body[..^4] + "    ", "rtr_" + body[..^2] + "==", _token.ToUpperInvariant(), _token.ToLowerInvariant(),
            "\uFEFF" + _token, "rtr\u0000_" + body, new string('A', 80), new string('é', 80), new string('\uD800', 80), new string('=', 80),
            "rtr_" + new string('A', 76), "rtr_" + new string(' ', 76), "rtr_" + new string('\u0100', 76), new string('A', 1_000_000),
            _token + new string('A', 1_000_000), "rtr_" + Convert.ToBase64String(new byte[57]),
        ];
        foreach (var form in forms)
        {
            await RefusedAsync(form);
        }

        _store.Calls.Count.Should().Be(calls);
    }

    [TestCase(0)]
    [TestCase(2)]
    [TestCase(255)]
    public async Task Unknown_format_byte_is_refused_though_its_checksum_is_right(int format)
    {
        var calls = _store.Calls.Count;
        var bytes = System.Buffers.Text.Base64Url.DecodeFromChars(_token.AsSpan("rtr_".Length));
        Encode(bytes, 1).Should().Be(_token, "the helper makes good tokens");

        await RefusedAsync(Encode(bytes, (byte)format));

        _store.Calls.Count.Should().Be(calls);
    }

    [Test]
    public void Parser_allocates_nothing_for_good_and_bad_tokens()
    {
        string[] prefixes = ["rtr_", "old_"];
        string[] texts =
        [
            _token, _token[..^1] + "!", string.Empty, new string('A', 80), "rtr_" + new string(' ', 76), "rtr_" + new string('=', 76),
            "old_" + new string('é', 76), new string('x', 100_000),
        ];
        foreach (var text in texts)
        {
            Parse([text], prefixes).Should().Be(text == _token ? 1 : 0);
            var one = new[] { text };
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < 1000; i++)
            {
                Parse(one, prefixes);
            }

            (GC.GetAllocatedBytesForCurrentThread() - before).Should().Be(0, $"'{text[..Math.Min(text.Length, 90)]}'");
        }
    }

    [Test]
    public void Nothing_is_left_of_a_malformed_token()
    {
        var (secret, selector) = (new byte[32], new byte[16]);

        TokenFormat.TryParse(_token[..^1] + (_token[^1] == 'A' ? 'B' : 'A'), ["rtr_"], out var generation, secret, selector).Should().BeFalse();

        generation.Should().Be(0);
        secret.Concat(selector).Should().OnlyContain(b => b == 0);
    }

    private static int Parse(string[] texts, string[] prefixes)
    {
        Span<byte> secret = stackalloc byte[32];
        Span<byte> selector = stackalloc byte[16];
        var good = 0;
        foreach (var text in texts)
        {
            good += TokenFormat.TryParse(text, prefixes, out _, secret, selector) ? 1 : 0;
        }

        return good;
    }

    private static string Encode(byte[] token, byte format)
    {
        byte[] body = [format, .. token[1..53]];
        var crc = TokenFormatGoldenTests.Crc32C(body);
        return "rtr_" + System.Buffers.Text.Base64Url.EncodeToString([.. body, (byte)(crc >> 24), (byte)(crc >> 16), (byte)(crc >> 8), (byte)crc]);
    }

    private async Task RefusedAsync(string token) =>
        (await _engine.FailAsync(token)).Should().Be(RejectionReason.Unknown, $"'{(token.Length > 200 ? token.Length : token)}'");
}
