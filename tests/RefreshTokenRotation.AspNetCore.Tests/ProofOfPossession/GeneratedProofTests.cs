using System.Text;
using Microsoft.Extensions.Logging;
using RefreshTokenRotation.AspNetCore.Tests.Support;

namespace RefreshTokenRotation.AspNetCore.Tests.ProofOfPossession;

/// <summary>Proofs that nobody thought of: signed nonsense, and signed sense with bytes changed.</summary>
public sealed class GeneratedProofTests
{
    private const int Seed = 20260131;
    private const int Count = 2_000;

    private static readonly string[] Values =
    [
        "null", "true", "-1", "1e999", "\"\"", "\"x\"", "\"\\ud800\"", "\"\\u0000\"", "[]", "[[[[[[[[[[]]]]]]]]]]", "{}", "{\"kty\":\"EC\"}", "\"" + new string('x', 3000) + "\"",
        "{\"kty\":\"RSA\",\"n\":\"AA\",\"e\":\"AA\"}", "{\"kty\":\"RSA\",\"n\":\"AQ\",\"e\":\"AQAB\"}", "\"http://[\"", "\"http://a:99999/\"", "\"\u00fc\"",
    ];

    [Test]
    public async Task Generated_proofs_are_refused_and_fail_nowhere()
    {
        await using var host = await DPoPHost.StartAsync(change: setup => setup.LogLevel = LogLevel.Warning);
        using var client = new DPoPClient(host);
        var random = new Random(Seed);
        var proofs = Enumerable.Range(0, Count).Select(_ => Next(random, client)).ToArray();
        var served = 0;

        await Parallel.ForEachAsync(proofs.Select((proof, i) => (proof, i)), new ParallelOptions { MaxDegreeOfParallelism = 4 }, async (generated, _) =>
        {
            var answer = await client.LogInAsync(generated.proof);
            if ((int)answer.Status == 200)
            {
                Interlocked.Increment(ref served);
                return;
            }

            ((int)answer.Status).Should().Be(400, "proof {0} of seed {1} is {2}", generated.i, Seed, generated.proof);
            answer.Error.Should().Be("invalid_dpop_proof", "proof {0} of seed {1} is {2}", generated.i, Seed, generated.proof);
        });

        host.Logs.Entries.Where(entry => entry.Level >= LogLevel.Error).Should().BeEmpty("seed {0}", Seed);
        served.Should().BeInRange(1, Count / 2, "some changes are harmless; seed {0}", Seed);
    }

    private static string Next(Random random, DPoPClient client)
    {
        var (header, claims) = (client.Header().ToJsonString(), client.Claims().ToJsonString());
        switch (random.Next(4))
        {
            case 0:
                header = Replace(random, header);
                break;
            case 1:
                claims = Replace(random, claims);
                break;
            case 2:
                var proof = Encoding.ASCII.GetBytes(client.Key.SignBytes(header, claims));
                for (var i = random.Next(1, 4); i > 0; i--)
                {
                    proof[random.Next(proof.Length)] = (byte)random.Next(0x21, 0x7F);
                }

                return Encoding.ASCII.GetString(proof);
            default:
                claims = claims[..^1] + $",\"{(random.Next(2) == 0 ? "jti" : "extra")}\":{Values[random.Next(Values.Length)]}}}";
                break;
        }

        return client.Key.SignBytes(header, claims);
    }

    /// <summary>Puts another value into the place of one member's.</summary>
    private static string Replace(Random random, string json)
    {
        var document = System.Text.Json.Nodes.JsonNode.Parse(json)!.AsObject();
        var names = document.Select(member => member.Key).ToArray();
        var name = names[random.Next(names.Length)];
        return json.Replace($"\"{name}\":{document[name]!.ToJsonString()}", $"\"{name}\":{Values[random.Next(Values.Length)]}", StringComparison.Ordinal);
    }
}
