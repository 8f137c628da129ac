using System.Security.Cryptography;
using System.Text.Json.Serialization;

namespace RefreshTokenRotation.Testing.History;

/// <summary>The start of a call with its arguments, or its end with its answer.</summary>
internal sealed record HistoryLine
{
    public required long Number { get; init; }

    public required long At { get; init; }

    /// <summary>Which call begins; null for an end.</summary>
    public StoreCall? Call { get; init; }

    /// <summary>The row of an add or a swap.</summary>
    public string? Row { get; init; }

    /// <summary>What a find looks for.</summary>
    public string? Key { get; init; }

    public long? ExpectedVersion { get; init; }

    public TokenFamilyFilter? Filter { get; init; }

    /// <summary>How many families a list may show; null if it begins behind a cursor.</summary>
    public int? FirstPage { get; init; }

    public FamilyRevocation? Revocation { get; init; }

    /// <summary>The time of an add, and the bound of a pruning.</summary>
    public DateTimeOffset? Instant { get; init; }

    /// <summary>The rows that a find or a list showed, or that an add evicted.</summary>
    public IReadOnlyList<string>? Rows { get; init; }

    public bool? Swapped { get; init; }

    /// <summary>The exception that ended the call.</summary>
    public string? Failure { get; init; }

    /// <summary>A row whose key, hash and salt are hashed once more, and compare as before.</summary>
    public static string Write(TokenFamily row) => TokenFamilyJson.Write(row with
    {
        Grant = row.Grant with { LookupKey = Hash(row.Grant.LookupKey) },
        SecretHash = Hash(row.SecretHash),
        Salt = row.Salt is { } salt ? Hash(salt) : null,
        Trail = null,
    });

    public static Opaque256 Hash(Opaque256 value) => new(SHA256.HashData(value.ToArray()));
}

/// <summary>One call: its two lines.</summary>
internal sealed class RecordedCall(string node, HistoryLine begin)
{
    public string Node => node;

    public HistoryLine Begin => begin;

    /// <summary>Null if the process was killed before.</summary>
    public HistoryLine? End { get; set; }
}

[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(HistoryLine))]
internal sealed partial class HistoryLineContext : JsonSerializerContext;
