namespace RefreshTokenRotation.Client;

/// <summary>Reads why a server ended a session.</summary>
internal static class SessionEndReasons
{
    // RFC 6749 has one code for all causes; a description may say more, in words that are not standardized. Two causes in one text say neither.
    public static SessionEndReason Read(string? description)
    {
        if (description is null)
        {
            return SessionEndReason.Unspecified;
        }

        var (isReuse, isExpired, isRevoked) = (Says("reuse"), Says("expired"), Says("revoked"));
        return (isReuse, isExpired, isRevoked) switch
        {
            (true, _, _) => SessionEndReason.Reuse,
            (_, true, false) => SessionEndReason.Expired,
            (_, false, true) => SessionEndReason.Revoked,
            _ => SessionEndReason.Unspecified,
        };

        bool Says(string word) => description.Contains(word, StringComparison.OrdinalIgnoreCase);
    }
}
