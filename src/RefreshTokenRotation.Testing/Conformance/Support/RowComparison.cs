using System.Globalization;

namespace RefreshTokenRotation.Testing.Conformance.Support;

/// <summary>Compares two rows field by field, and names the fields that differ.</summary>
internal static class RowComparison
{
    private static readonly (string Name, Func<TokenFamily, object?> Value)[] Fields =
    [
        (nameof(FamilyGrant.LookupKey), static row => row.Grant.LookupKey),
        (nameof(FamilyGrant.FamilyId), static row => row.Grant.FamilyId),
        (nameof(FamilyGrant.TenantId), static row => row.Grant.TenantId),
        (nameof(FamilyGrant.Subject), static row => row.Grant.Subject),
        (nameof(FamilyGrant.ClientId), static row => row.Grant.ClientId),
        (nameof(FamilyGrant.CreatedAt), static row => Ticks(row.Grant.CreatedAt)),
        (nameof(FamilyGrant.Scopes), static row => Join(row.Grant.Scopes)),
        (nameof(FamilyGrant.Resources), static row => Join(row.Grant.Resources)),
        (nameof(FamilyGrant.AuthorizationId), static row => row.Grant.AuthorizationId),
        (nameof(FamilyGrant.SessionId), static row => row.Grant.SessionId),
        (nameof(FamilyGrant.SenderKeyThumbprint), static row => row.Grant.SenderKeyThumbprint),
        (nameof(FamilyGrant.AuthenticationTime), static row => Ticks(row.Grant.AuthenticationTime)),
        (nameof(FamilyGrant.Acr), static row => row.Grant.Acr),
        (nameof(FamilyGrant.Amr), static row => Join(row.Grant.Amr)),
        (nameof(FamilyGrant.FirstDevice), static row => row.Grant.FirstDevice),
        (nameof(TokenFamily.Version), static row => row.Version),
        (nameof(TokenFamily.RotationType), static row => row.RotationType),
        (nameof(TokenFamily.Generation), static row => row.Generation),
        (nameof(TokenFamily.SecretHash), static row => row.SecretHash),
        (nameof(TokenFamily.Salt), static row => row.Salt),
        (nameof(TokenFamily.Trail), static row => row.Trail),
        (nameof(TokenFamily.RotatedAt), static row => Ticks(row.RotatedAt)),
        (nameof(TokenFamily.LeewayUntil), static row => Ticks(row.LeewayUntil)),
        (nameof(TokenFamily.RecoverUntil), static row => Ticks(row.RecoverUntil)),
        (nameof(TokenFamily.AbsoluteExpiresAt), static row => Ticks(row.AbsoluteExpiresAt)),
        (nameof(TokenFamily.IdleExpiresAt), static row => Ticks(row.IdleExpiresAt)),
        (nameof(TokenFamily.LastUsedAt), static row => Ticks(row.LastUsedAt)),
        (nameof(TokenFamily.RevokedAt), static row => Ticks(row.RevokedAt)),
        (nameof(TokenFamily.RevocationReason), static row => row.RevocationReason),
        (nameof(TokenFamily.LastDevice), static row => row.LastDevice),
        (nameof(TokenFamily.Metadata), static row => Join(row.Metadata)),
    ];

    /// <summary>Ends the case as failed, unless the rows are the same.</summary>
    public static void Require(TokenFamily expected, TokenFamily? actual, string after)
    {
        CaseRun.Require(actual is not null, $"{after}, {expected} is not there");
        CaseRun.Require(Equal(expected, actual), $"{after}, {expected} differs: {Differences(expected, actual)}");
    }

    public static bool Equal(TokenFamily one, TokenFamily other) => Array.TrueForAll(Fields, field => Equals(field.Value(one), field.Value(other)));

    private static string Differences(TokenFamily expected, TokenFamily actual) => string.Join("; ", Fields
        .Where(field => !Equals(field.Value(expected), field.Value(actual)))
        .Select(field => $"{field.Name} is {Show(field.Value(actual))}, not {Show(field.Value(expected))}"));

    private static string Show(object? value)
    {
        var text = Convert.ToString(value, CultureInfo.InvariantCulture);
        return value is null ? "null" : text!.Length > 80 ? string.Create(CultureInfo.InvariantCulture, $"'{text[..40]}...' ({text.Length} characters)") : $"'{text}'";
    }

    private static long? Ticks(DateTimeOffset? time) => time?.UtcTicks;

    private static string Join(IReadOnlyList<string> values) => string.Join('\n', values);

    private static string Join(IReadOnlyDictionary<string, string> values) =>
        string.Join('\n', values.OrderBy(entry => entry.Key, StringComparer.Ordinal).Select(entry => $"{entry.Key}={entry.Value}"));
}
